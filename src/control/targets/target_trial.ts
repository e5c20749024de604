import { AegisError } from "../../core/errors.ts";
import { HeaderList } from "../../core/header_list.ts";
import { DEFAULT_TIMEOUTS } from "../../core/host_timeouts.ts";
import type { Target } from "../../core/target.ts";
import { socketPlaceFault, socketPlaceRemedy, targetAuthority } from "../../core/target_url.ts";
import type { UpstreamTls } from "../../core/upstream_tls.ts";
import {
  addressRefusal,
  type Endpoint,
  endpointText,
  parseTarget,
} from "../../gateway/upstream/target_rule.ts";
import type { Answer } from "../body.ts";
import type { Control } from "../control.ts";

const TEST_MS = 5_000;

/** Sends `GET /` to a target as a gateway would and says what came of it. Only the status is looked at. */
export function testTarget(
  control: Control,
  target: Target,
  tls: UpstreamTls | null,
): Promise<Answer<"hosts.test">> {
  const endpoint = allowedEndpoint(control, target.url);
  const authority = targetAuthority(target.url);
  const where = endpointText(endpoint);
  const started = control.clock.monotonic();
  return new Promise((resolve) => {
    const call = control.transport.send({
      target,
      ...(tls === null ? {} : { tls }),
      method: "GET",
      path: "/",
      headers: HeaderList.from([["host", authority], ["user-agent", "aegis-test"], ["accept", "*/*"]]),
      body: null,
      timeouts: { ...DEFAULT_TIMEOUTS, connect_ms: TEST_MS, response_head_ms: TEST_MS },
      upgrade: null,
    }, {
      informational() {},
      head(status) {
        const latencyMs = Math.round((control.clock.monotonic() - started) * 10) / 10;
        const text = `${where} answered ${status} in ${latencyMs} ms`;
        resolve({ reachable: true, status, latency_ms: latencyMs, text });
        call.abort();
      },
      data() {},
      end() {},
      upgraded: (_status, _headers, tunnel) => tunnel.destroy(),
      failed: (failure) =>
        resolve({ reachable: false, status: null, latency_ms: null, text: failure.detail }),
    });
  });
}

/** Where `url` points. Throws `invalid_input` where the rule for targets refuses it by its form, place or address. */
export function allowedEndpoint(control: Control, url: string): Endpoint {
  const endpoint = parseTarget(url);
  const refusal = typeof endpoint === "string" ? endpoint : refusalOf(control, endpoint);
  if (typeof endpoint !== "string" && refusal === null) return endpoint;
  throw new AegisError("invalid_input", refusal!, {
    fields: [{
      field: "url",
      message: refusal!,
      remedy: typeof endpoint !== "string" && endpoint.isSocket
        ? socketPlaceRemedy(control.config.upstream_socket_dir)
        : "write http://address:port or https://address:port",
    }],
  });
}

function refusalOf(control: Control, endpoint: Endpoint): string | null {
  if (endpoint.isSocket) return socketPlaceFault(endpoint.host, control.config.upstream_socket_dir);
  if (!endpoint.isAddress) return null;
  return addressRefusal(endpoint.host, control.settings().upstreams.allow_private);
}
