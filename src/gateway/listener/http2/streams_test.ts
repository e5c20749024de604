import assert from "node:assert/strict";
import { ClosedStreams } from "./closed_streams.ts";
import { Fingerprint } from "./fingerprint.ts";
import { HeaderBlock } from "./header_block.ts";
import type { Http2Stream } from "./stream.ts";
import { Streams } from "./streams.ts";

function stream(id: number): Http2Stream {
  return { id, place: -1 } as Http2Stream;
}

Deno.test("streams are found while they are open, in whatever order they close", () => {
  const streams = new Streams();
  const all = [1, 3, 5, 7].map(stream);
  for (const each of all) streams.add(each);
  assert.equal(streams.find(5), all[2]);
  assert.ok(streams.close(all[2]!, "ended"));
  assert.ok(!streams.close(all[2]!, "reset"));
  assert.equal(streams.find(5), null);
  assert.ok(streams.close(all[0]!, "reset"));
  assert.deepEqual(streams.open.map((each) => each.id).sort(), [3, 7]);
  assert.equal(streams.find(7), all[3]);
  assert.equal(streams.closed.get(5), "ended");
  assert.equal(streams.closed.get(1), "reset");
});

Deno.test("ids above the last one and even ones are idle", () => {
  const streams = new Streams();
  streams.lastId = 5;
  assert.deepEqual([1, 4, 5, 6, 7].map((id) => streams.isIdle(id)), [false, true, false, true, true]);
});

Deno.test("the last 256 streams that ended are remembered, and how", () => {
  const closed = new ClosedStreams();
  assert.equal(closed.get(1), null);
  for (let id = 1; id < 1_001; id += 2) closed.add(id, id % 3 === 0 ? "resetByPeer" : "ended");
  assert.equal(closed.get(999), "resetByPeer");
  assert.equal(closed.get(997), "ended");
  assert.equal(closed.get(999 - 2 * 255), "resetByPeer");
  assert.equal(closed.get(999 - 2 * 256), null);
});

Deno.test("a header block ends when it is too long or in too many pieces", () => {
  const long = new HeaderBlock(1, true, false, 1_000);
  assert.equal(long.add(new Uint8Array(2_000)), null);
  assert.equal(long.written().length, 2_000);
  assert.match(long.add(new Uint8Array(1))!, /2000 bytes/);
  const many = new HeaderBlock(1, true, false, 1_000);
  for (let i = 0; i < 16; i++) assert.equal(many.add(new Uint8Array(1)), null);
  assert.match(many.add(new Uint8Array(1))!, /16 frames/);
});

Deno.test("a fingerprint is fixed with the first request and bounded", () => {
  const fingerprint = new Fingerprint();
  for (let i = 0; i < 100; i++) fingerprint.setting(7, i);
  fingerprint.windowUpdate(5);
  fingerprint.windowUpdate(6);
  fingerprint.finish("masp");
  const { text } = fingerprint;
  assert.match(text, /^7:0;.*7:31\|5\|0\|m,a,s,p$/);
  fingerprint.setting(1, 1);
  fingerprint.priority(3, true, 0, 256);
  fingerprint.finish("mpas");
  assert.equal(fingerprint.text, text);
  const empty = new Fingerprint();
  empty.finish("msp");
  assert.equal(empty.text, "|00|0|m,s,p");
});
