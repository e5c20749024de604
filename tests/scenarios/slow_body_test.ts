/** A body that was made to be slow takes the thread from nobody: others are answered while it is judged. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { Random } from "../fuzz/random.ts";
import { startAegis } from "../support/aegis_process.ts";
import { startDemoTarget } from "../support/demo_target.ts";
import { RawClient } from "../support/raw_client.ts";

/** Half a megabyte in 24 KB: it is all there before any of it is judged. */
function slowBody(): Uint8Array {
  const random = new Random(7);
  const piece = Array.from({ length: 160 }, () => {
    const bytes = Array.from({ length: 40 }, () => random.below(256));
    return `${String.fromCharCode(...bytes)}/*${"y".repeat(80)}*/`;
  }).join("");
  return gzipSync(Buffer.from(piece.repeat(Math.floor(500_000 / piece.length)), "latin1"));
}

Deno.test("while a slow body is judged, others on the same thread have their answers", async () => {
  const target = await startDemoTarget("app");
  const aegis = await startAegis({
    workers: 1,
    config:
      `hosts:\n  - { domains: [a.test], targets: [{ url: "${target.url}" }], waf: { mode: enforce } }\n`,
  });
  const [slow, other] = [await RawClient.clear(aegis.httpPort), await RawClient.clear(aegis.httpPort)];
  try {
    const ask = async () => {
      await other.write("GET / HTTP/1.1\r\nhost: unknown.test\r\n\r\n");
      return (await other.readResponse()).status;
    };
    assert.equal(await ask(), 421);
    const body = slowBody();
    let isAnswered = false;
    const answer = slow.readResponse("POST").finally(() => isAnswered = true);
    await slow.write(
      `POST / HTTP/1.1\r\nhost: a.test\r\ncontent-type: text/plain\r\ncontent-encoding: gzip\r\n` +
        `content-length: ${body.length}\r\n\r\n`,
    );
    await slow.write(body);
    let answers = 0;
    for (; !isAnswered; answers++) assert.equal(await ask(), 421);
    assert.equal((await answer).status, 200);
    assert.ok(answers > 3, `${answers} answers to others meanwhile`);
  } finally {
    slow.close();
    other.close();
    await aegis.stop();
    await target.close();
  }
});
