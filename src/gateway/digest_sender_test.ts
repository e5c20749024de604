import assert from "node:assert/strict";
import { ManualClock } from "../core/clock.ts";
import { type DigestBatch, namedValue, type RequestDigest, unpackDigest } from "../core/request_digest.ts";
import { DigestSender } from "./digest_sender.ts";

function digest(n: number): RequestDigest {
  return {
    id: `id-${n}`,
    at: 1_000 + n,
    hostId: "h1",
    client: "192.0.2.1",
    method: "POST",
    path: `/${n}`,
    query: n % 2 === 0 ? "" : "a=1",
    userAgent: "agent",
    status: 401,
    size: 7,
    contentType: "text/plain",
    latencyMs: 1.5,
    requestBytes: 3,
    marked: n % 3 === 0,
    isGoodBot: n % 2 === 0,
    body: "\xff\x00\n",
    responseBody: "",
    fingerprint: "",
    named: "session\tabc\ncookie.b\t1\n",
    found: "",
  };
}

/** With timers in the test's hand. */
function senderInHand() {
  const clock = new ManualClock();
  const timers: (() => void)[] = [];
  const sender = new DigestSender({
    clock,
    startTimer: (run) => {
      timers.push(run);
      return () => void timers.splice(timers.indexOf(run), 1);
    },
  });
  return { clock, sender, fire: () => timers.splice(0).forEach((run) => run()) };
}

Deno.test("a digest comes out as it went in", () => {
  const { sender, fire } = senderInHand();
  const batches: DigestBatch[] = [];
  sender.connect((batch) => void batches.push(batch));
  const digests = [1, 2, 3].map(digest);
  digests.forEach((each) => sender.add(each));
  assert.equal(batches.length, 0);
  fire();
  assert.equal(batches.length, 1);
  assert.deepEqual(digests.map((_, i) => unpackDigest(batches[0]!, i)), digests);
  assert.equal(namedValue(digests[0]!, "session"), "abc");
  assert.equal(namedValue(digests[0]!, "cookie.b"), "1");
  assert.equal(namedValue(digests[0]!, "cookie"), null);
});

Deno.test("a full batch leaves at once", () => {
  const { sender } = senderInHand();
  const batches: DigestBatch[] = [];
  sender.connect((batch) => void batches.push(batch));
  for (let i = 0; i < 512; i++) sender.add(digest(i));
  assert.deepEqual(batches.map(({ texts }) => texts.length), [256, 256]);
  assert.equal(unpackDigest(batches[1]!, 255).path, "/511");
});

Deno.test("where the analyst is behind the oldest are dropped and counted, and a new one is told so", () => {
  const { sender } = senderInHand();
  const first: DigestBatch[] = [];
  sender.connect((batch) => void first.push(batch));
  // 16 batches under way, 64 waiting, 20 too many.
  for (let i = 0; i < 256 * 100; i++) sender.add(digest(i));
  assert.equal(first.length, 16);
  sender.taken(256);
  assert.equal(first.length, 17);
  assert.equal(first.at(-1)!.lost, 256 * 20);
  assert.equal(unpackDigest(first.at(-1)!, 0).path, `/${256 * 36}`);
  const second: DigestBatch[] = [];
  sender.connect((batch) => void second.push(batch));
  assert.equal(second.length, 16);
  assert.equal(second[0]!.lost, 0);
});
