import assert from "node:assert/strict";
import { startPoliteH2Target } from "../../../tests/support/h2_target.ts";
import { exchangeWith, testRequest, testTarget } from "../../../tests/support/upstream_exchange.ts";
import { startHttpUpstream } from "../../../tests/support/upstream_server.ts";
import { ManualClock } from "../../core/clock.ts";
import type { Target } from "../../core/target.ts";
import { UpstreamTransport } from "./transport.ts";

/**
 * [SECURITY] DNS rebinding (CWE-350). The lookup is injected: the system's resolver cannot be pointed at a server of the
 * test's own without changing the machine.
 */
const PIN_MS = 30_000;
const METADATA = "169.254.169.254";

const SERVERS: Readonly<Record<Target["protocol"], () => ReturnType<typeof startHttpUpstream>>> = {
  http1: () =>
    startHttpUpstream((_request, response) => {
      response.setHeader("connection", "close");
      response.end("ok");
    }),
  h2: () =>
    startPoliteH2Target((id, _fields, connection) => {
      connection.head(id, [[":status", "200"]], true);
      // No connection outlives its request, so each makes another.
      connection.frame(0x7, 0, 0, new Uint8Array([0, 0, 0, id, 0, 0, 0, 0]));
    }),
};

for (const protocol of ["http1", "h2"] as const) {
  Deno.test(`${protocol}: a name is pinned, checked again when it is asked again, and never crosses the rule`, async () => {
    const clock = new ManualClock();
    let addresses = ["127.0.0.1"];
    let asked = 0;
    const upstream = await SERVERS[protocol]();
    const transport = new UpstreamTransport({
      clock,
      allowPrivate: true,
      lookup: (_name, done) => {
        asked++;
        done(null, addresses);
      },
    });
    const get = () => {
      const target = testTarget(`http://app.test:${upstream.port}`, { protocol });
      return exchangeWith(transport, testRequest("", { target }));
    };
    try {
      assert.equal((await get()).status, 200);
      addresses = [METADATA];
      assert.equal((await get()).status, 200, "pinned: the answer of before counts");
      assert.equal(asked, 1);

      clock.advance(PIN_MS + 1);
      const rebound = await get();
      assert.equal(rebound.failure?.reason, "upstream_connect");
      assert.match(rebound.failure!.detail, /169\.254\.169\.254 is refused: link-local address/);

      addresses = [METADATA, "::ffff:169.254.169.254", "127.0.0.1"];
      assert.equal((await get()).status, 200, "of several addresses only the allowed ones are tried");

      addresses = ["127.0.0.1"];
      clock.advance(PIN_MS + 1);
      transport.setAllowPrivate(false);
      assert.match((await get()).failure!.detail, /loopback address, and upstreams\.allow_private is off/);
    } finally {
      transport.close();
      await upstream.close();
    }
  });
}
