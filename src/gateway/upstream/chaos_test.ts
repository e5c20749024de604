import assert from "node:assert/strict";
import { RecordingSink, testRequest } from "../../../tests/support/upstream_exchange.ts";
import { withUpstream } from "../../../tests/support/upstream_fixture.ts";
import { until } from "../../../tests/support/upstream_poll.ts";
import { startRawUpstream } from "../../../tests/support/upstream_server.ts";

/** The same sequence on every run. */
function randomFrom(seed: number): () => number {
  return () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
}

Deno.test("whatever targets and clients do, each request gets its own answer and no connection is lost", async () => {
  const random = randomFrom(7);
  const server = startRawUpstream((socket) => {
    let held = "";
    socket.on("data", (chunk: Uint8Array) => {
      held += new TextDecoder("latin1").decode(chunk);
      const match = /^GET \/(\d+) .*?\r\n\r\n/s.exec(held);
      if (match === null) return;
      held = "";
      const body = `${match[1]};`.repeat(1 + Math.floor(random() * 2_000));
      const whole = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
      const what = random();
      if (what < 0.05) socket.destroy();
      else if (what < 0.1) socket.end(whole.slice(0, whole.length / 2));
      else if (what < 0.15) socket.end(whole);
      else if (what < 0.2) socket.write(`${whole}HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison`);
      else if (what < 0.5) {
        socket.write(whole.slice(0, 50));
        setTimeout(() => socket.writable && socket.write(whole.slice(50)), 1);
      } else socket.write(whole);
    });
  });
  await withUpstream(server, async (transport, upstream) => {
    const outcomes = { answered: 0, failed: 0, aborted: 0 };
    const client = async (first: number) => {
      for (let i = first; i < first + 100; i++) {
        const sink = new RecordingSink();
        const call = transport.send(testRequest(upstream.url, { path: `/${i}` }), sink);
        if (random() < 0.2) {
          if (random() < 0.5) await Promise.resolve();
          else await new Promise((resolve) => setTimeout(resolve, random() * 3));
          if (sink.endings === 0) {
            call.abort();
            outcomes.aborted++;
            continue;
          }
        }
        if (random() < 0.3) {
          call.pause();
          setTimeout(() => call.resume(), random() * 3);
        }
        await sink.over;
        assert.equal(sink.endings, 1);
        if (sink.failure !== null) outcomes.failed++;
        else {
          assert.equal(sink.status, 200);
          assert.equal(sink.text.replaceAll(`${i};`, ""), "", "the answer is this request's");
          outcomes.answered++;
        }
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, n) => client(n * 100)));
    assert.equal(outcomes.answered + outcomes.failed + outcomes.aborted, 2_000);
    for (const [what, n] of Object.entries(outcomes)) assert.ok(n > 50, `${n} ${what}`);
    await until(
      () => transport.counts().open === transport.counts().idle,
      "every connection is idle or gone",
    );
  }, { limits: { maxConnections: 8 } });
});
