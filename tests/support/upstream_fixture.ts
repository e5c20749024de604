import { systemClock } from "../../src/core/clock.ts";
import { Http1Transport, type Http1TransportOptions } from "../../src/gateway/upstream/http1_transport.ts";
import { until } from "./upstream_poll.ts";
import type { TestUpstream } from "./upstream_server.ts";

/** Runs `body` with a transport and an upstream, closes both whatever happens, and checks that nothing stays open. */
export async function withUpstream(
  starting: Promise<TestUpstream>,
  body: (transport: Http1Transport, upstream: TestUpstream) => Promise<void>,
  options: Partial<Http1TransportOptions> = {},
): Promise<void> {
  const upstream = await starting;
  const transport = new Http1Transport({ clock: systemClock, allowPrivate: true, ...options });
  try {
    await body(transport, upstream);
  } finally {
    transport.close();
    await upstream.close();
    await until(() => transport.counts().open === 0, "all connections closed");
  }
}
