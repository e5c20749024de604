import { join } from "node:path";
import { ownsPort } from "./ports.ts";
import { waitForPort } from "./wait_for_port.ts";

/** A server under measurement, running. */
export interface Running {
  readonly name: string;
  readonly pid: number;
  readonly httpPort: number;
  /** null where it has no TLS side. */
  readonly httpsPort: number | null;
  /** Throws where the server has ended or one of its ports is not its own: what is measured would be another. */
  check(): void;
  stop(): Promise<void>;
}

export interface BenchPlace {
  /** A directory of this run. */
  readonly dir: string;
  readonly upstreamPort: number;
  readonly certificate: string;
  readonly key: string;
}

/** Starts `command`, waits until its ports answer; what it prints lies in DIR/NAME.log. */
export async function start(
  name: string,
  place: BenchPlace,
  command: string,
  args: readonly string[],
  ports: { http: number; https: number | null },
  env: Record<string, string> = {},
): Promise<Running> {
  const log = await Deno.open(join(place.dir, `${name}.log`), { create: true, write: true, truncate: true });
  const child = new Deno.Command(command, { args: [...args], stdout: "piped", stderr: "piped", env }).spawn();
  const logged = Promise.all([drain(child.stdout, log), drain(child.stderr, log)]);
  let ended: string | null = null;
  const died = child.status.then(({ code }) =>
    ended = `${name} exited with ${code}, see ${place.dir}/${name}.log`
  );
  const own = [ports.http, ...(ports.https === null ? [] : [ports.https])];
  const server: Running = {
    name,
    pid: child.pid,
    httpPort: ports.http,
    httpsPort: ports.https,
    check() {
      if (ended !== null) throw new Error(ended);
      const foreign = own.find((port) => !ownsPort(child.pid, port));
      if (foreign !== undefined) throw new Error(`port ${foreign} is not, or not only, held by ${name}`);
    },
    async stop() {
      if (ended === null) child.kill("SIGTERM");
      await child.status;
      await logged;
      log.close();
    },
  };
  try {
    for (const port of own) await waitForPort(port, died);
    server.check();
  } catch (thrown) {
    await server.stop();
    throw thrown;
  }
  return server;
}

async function drain(from: ReadableStream<Uint8Array>, to: Deno.FsFile): Promise<void> {
  for await (const chunk of from) await to.write(chunk);
}

/** The one upstream of all rows: nginx with one worker and a file of 1 KB. */
export async function startUpstream(place: BenchPlace): Promise<Running> {
  await Deno.writeTextFile(join(place.dir, "index.html"), "x".repeat(1_024));
  const conf = nginxConf(
    place,
    "upstream",
    `
    server {
      listen 127.0.0.1:${place.upstreamPort} reuseport;
      root ${place.dir};
      error_page 405 =200 $uri;
      location / { try_files /index.html =404; }
    }`,
  );
  return await startNginx("upstream", place, conf, { http: place.upstreamPort, https: null });
}

export async function startNginxProxy(
  place: BenchPlace,
  ports: { http: number; https: number },
  waf: boolean,
) {
  const name = waf ? "nginx+modsecurity+crs" : "nginx";
  const modsecurity = waf ? `modsecurity on; modsecurity_rules_file ${await modsecurityRules(place)};` : "";
  const conf = nginxConf(
    place,
    name,
    `
    upstream backend { server 127.0.0.1:${place.upstreamPort}; keepalive 64; }
    server {
      listen 127.0.0.1:${ports.http};
      listen 127.0.0.1:${ports.https} ssl http2;
      ssl_protocols TLSv1.3;
      ssl_certificate ${place.certificate};
      ssl_certificate_key ${place.key};
      ${modsecurity}
      location / {
        proxy_pass http://backend;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      }
    }`,
  );
  return await startNginx(name, place, conf, ports);
}

async function startNginx(
  name: string,
  place: BenchPlace,
  conf: string,
  ports: { http: number; https: number | null },
): Promise<Running> {
  const path = join(place.dir, `${name}.conf`);
  await Deno.writeTextFile(path, conf);
  return await start(name, place, "nginx", ["-c", path, "-g", "daemon off;"], ports);
}

function nginxConf(place: BenchPlace, name: string, http: string): string {
  return `
  include /etc/nginx/modules-enabled/*.conf;
  user root;
  worker_processes 1;
  pid ${place.dir}/${name}.pid;
  error_log ${place.dir}/${name}-error.log;
  events { worker_connections 4096; }
  http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path ${place.dir}/${name}-body;
    proxy_temp_path ${place.dir}/${name}-proxy;
    fastcgi_temp_path ${place.dir}/${name}-fcgi;
    uwsgi_temp_path ${place.dir}/${name}-uwsgi;
    scgi_temp_path ${place.dir}/${name}-scgi;
    ${http}
  }`;
}

async function modsecurityRules(place: BenchPlace): Promise<string> {
  const recommended = await Deno.readTextFile("/etc/nginx/modsecurity.conf");
  const path = join(place.dir, "modsecurity.conf");
  const text = recommended.replace(/SecRuleEngine \w+/, "SecRuleEngine On").replace(
    /^SecAuditEngine .*/m,
    "SecAuditEngine Off",
  )
    .replace(/^SecUnicodeMapFile .*/m, "");
  await Deno.writeTextFile(
    path,
    `${text}\nInclude /etc/modsecurity/crs/crs-setup.conf\nInclude /usr/share/modsecurity-crs/rules/*.conf\n`,
  );
  return path;
}

export async function startHaproxy(
  place: BenchPlace,
  ports: { http: number; https: number },
): Promise<Running> {
  const pem = join(place.dir, "haproxy.pem");
  await Deno.writeTextFile(
    pem,
    await Deno.readTextFile(place.certificate) + await Deno.readTextFile(place.key),
  );
  const path = join(place.dir, "haproxy.cfg");
  await Deno.writeTextFile(
    path,
    `
global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
frontend f
  bind 127.0.0.1:${ports.http}
  bind 127.0.0.1:${ports.https} ssl crt ${pem} alpn h2,http/1.1
  default_backend b
backend b
  http-reuse always
  server s 127.0.0.1:${place.upstreamPort}
`,
  );
  return await start("haproxy", place, "haproxy", ["-db", "-f", path], ports);
}

export async function startCaddy(
  place: BenchPlace,
  ports: { http: number; https: number },
): Promise<Running> {
  const path = join(place.dir, "Caddyfile");
  await Deno.writeTextFile(
    path,
    `
{
  admin off
  auto_https off
}
http://localhost:${ports.http} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${place.upstreamPort}
}
https://localhost:${ports.https} {
  bind 127.0.0.1
  tls ${place.certificate} ${place.key}
  reverse_proxy 127.0.0.1:${place.upstreamPort}
}
`,
  );
  return await start("caddy", place, "caddy", ["run", "--adapter", "caddyfile", "--config", path], ports, {
    GOMAXPROCS: "1",
    HOME: place.dir,
  });
}
