# docker build --build-arg AEGIS_COMMIT=$(git rev-parse HEAD) -t aegis .
# docker run --read-only --cap-drop ALL --security-opt no-new-privileges -v aegis:/data \
#   -p 80:80 -p 443:443 -p 127.0.0.1:9443:9443 aegis

FROM node:22-trixie-slim AS build
ARG AEGIS_COMMIT=
WORKDIR /build
COPY deno.json deno.lock main.ts ./
COPY .ci .ci
COPY src src
COPY views views
COPY rules rules
RUN AEGIS_COMMIT=$AEGIS_COMMIT npx --yes deno@2.9.6 task compile --output /build/aegis

FROM debian:trixie-slim
COPY --from=build /build/aegis /usr/local/bin/aegis
# The volume inherits this directory's owner; it is the only place that is written to.
RUN install -d -o 65532 -g 65532 -m 0700 /data
USER 65532:65532
# Loopback inside a container cannot be reached: publish 9443 on the host's loopback only, as above.
ENV MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576 AEGIS_DATA_DIR=/data XDG_CACHE_HOME=/data/cache AEGIS_ADMIN_LISTEN=0.0.0.0:9443
VOLUME /data
EXPOSE 80 443 9443
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["aegis", "status"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["aegis"]
CMD ["run", "--headless"]
