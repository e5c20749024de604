import { systemClock } from "../../src/core/clock.ts";
import { UpstreamTransport, type UpstreamTransportOptions } from "../../src/gateway/upstream/transport.ts";
import { until } from "./upstream_poll.ts";
import type { TestUpstream } from "./upstream_server.ts";

/** Runs `body` with a transport and an upstream, closes both whatever happens, and checks that nothing stays open. */
export async function withUpstream(
  starting: Promise<TestUpstream>,
  body: (transport: UpstreamTransport, upstream: TestUpstream) => Promise<void>,
  options: Partial<UpstreamTransportOptions> = {},
): Promise<void> {
  const upstream = await starting;
  const transport = new UpstreamTransport({ clock: systemClock, allowPrivate: true, ...options });
  try {
    await body(transport, upstream);
  } finally {
    transport.close();
    await upstream.close();
    await until(() => transport.counts().open === 0, "all connections closed");
  }
}
