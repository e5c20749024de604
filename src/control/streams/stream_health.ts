import { type Host, HOST_DEFAULTS } from "../../core/host.ts";
import { TARGET_DEFAULTS } from "../../core/target.ts";
import { carries, type Stream } from "../../core/stream.ts";

/**
 * A stream's upstream as the health checks know targets: a TCP connect under the stream's id. What UDP alone reaches
 * cannot be asked so, and is not checked.
 */
export function streamAsHost(stream: Stream): Host {
  const { enabled, ...health } = stream.health;
  return {
    ...HOST_DEFAULTS,
    id: stream.id,
    domains: [stream.name],
    enabled: stream.enabled && enabled && carries(stream, "tcp"),
    targets: [{
      ...TARGET_DEFAULTS,
      id: stream.id,
      url: `http://${stream.upstream}`,
    }],
    health: { ...health, path: "" },
    origin: stream.origin,
    created_at: stream.created_at,
    updated_at: stream.updated_at,
    version: stream.version,
  };
}
