import { HeaderList } from "../../core/header_list.ts";
import type { Host } from "../../core/host.ts";
import type { Target } from "../../core/target.ts";
import type { UpstreamFailure, UpstreamRequest } from "../../core/ports.ts";
import { targetAuthority } from "../../core/target_url.ts";
import type { UpstreamTls } from "../../core/upstream_tls.ts";
import type { Clock } from "../../core/clock.ts";
import type { UpstreamTransport } from "../upstream/transport.ts";

export interface ProbeResult {
  readonly isUp: boolean;
  /** 0 where there was no HTTP answer. */
  readonly status: number;
  readonly latencyMs: number;
  /** For people: `200 in 9 ms`, `connected in 2 ms`, `127.0.0.1:3000: connection refused`. */
  readonly text: string;
}

/** Checks one target once. `done` is called at most once, after this has returned, and not after the cancelling. */
export type Probe = (host: Host, target: Target, done: (result: ProbeResult) => void) => () => void;

/** 2xx to 4xx is up: the application answers (spec 01). */
const FIRST_UP = 200;
const FIRST_DOWN = 500;

/** The real checks: a GET where the host names a path, else a connect (with handshake where the target is TLS). */
export function createProbe(
  transport: UpstreamTransport,
  clock: Clock,
  tlsOf: (host: Host) => UpstreamTls | null,
): Probe {
  return (host, target, done) => {
    const startedAt = clock.monotonic();
    let isOver = false;
    function finish(isUp: boolean, status: number, text: (ms: number) => string): void {
      if (isOver) return;
      isOver = true;
      const latencyMs = clock.monotonic() - startedAt;
      done({ isUp, status, latencyMs, text: text(Math.round(latencyMs)) });
    }
    function fail(failure: UpstreamFailure): void {
      finish(false, 0, () => failure.detail);
    }
    if (host.health.path === "") {
      transport.tryConnect(target, tlsOf(host), host.health.timeout_ms, (failure) => {
        if (failure === null) finish(true, 0, (ms) => `connected in ${ms} ms`);
        else fail(failure);
      });
      return () => void (isOver = true);
    }
    const call = transport.send(healthRequest(host, target, tlsOf(host)), {
      informational() {},
      head(status) {
        finish(status >= FIRST_UP && status < FIRST_DOWN, status, (ms) => `${status} in ${ms} ms`);
        // The head says it all; the body is not waited for.
        call.abort();
      },
      data() {},
      end() {},
      upgraded(_status, _headers, tunnel) {
        tunnel.destroy();
      },
      failed: fail,
    });
    return () => {
      isOver = true;
      call.abort();
    };
  };
}

function healthRequest(host: Host, target: Target, tls: UpstreamTls | null): UpstreamRequest {
  const domain = host.domains.find((each) => !each.startsWith("*"));
  const authority = host.preserve_host && domain !== undefined ? domain : targetAuthority(target.url);
  const { timeout_ms: ms } = host.health;
  return {
    target,
    ...(tls === null ? {} : { tls }),
    method: "GET",
    path: host.health.path,
    headers: HeaderList.from([["host", authority], ["user-agent", "aegis-health-check"], ["accept", "*/*"]]),
    body: null,
    timeouts: { ...host.timeouts, connect_ms: ms, response_head_ms: ms },
    upgrade: null,
  };
}
