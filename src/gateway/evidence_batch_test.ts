import assert from "node:assert/strict";
import { ManualClock } from "../core/clock.ts";
import type { Evidence } from "../core/evidence.ts";
import { EvidenceBatch } from "./evidence_batch.ts";

function evidence(n: number, over: Partial<Evidence> = {}): Evidence {
  return {
    requestId: `r${n}`,
    hostId: "h1",
    at: n,
    client: "192.0.2.1",
    protocol: "HTTP/1.1",
    method: "POST",
    rawPath: "/",
    rawQuery: null,
    headers: [],
    body: new Uint8Array(0),
    bodyLacks: "nothing",
    trailers: [],
    signs: {},
    ...over,
  };
}

/** A batch that takes what it wants of `offered`, and what it sent. */
function offer(batch: EvidenceBatch, offered: readonly Evidence[]): number {
  let taken = 0;
  for (const each of offered) {
    if (!batch.wants(each.hostId, each.client)) continue;
    batch.add(each);
    taken++;
  }
  batch.flush();
  return taken;
}

Deno.test("three requests of a client in ten seconds are kept, of each host, and three more after that", () => {
  const clock = new ManualClock();
  const batch = new EvidenceBatch({ clock });
  const sent: string[] = [];
  assert.equal(batch.wants("h1", "192.0.2.1"), false, "nobody takes it yet");
  batch.connect((all) => void sent.push(...all.map(({ requestId }) => requestId)));
  const many = Array.from({ length: 9 }, (_, i) => evidence(i));
  assert.equal(offer(batch, many), 3);
  assert.equal(offer(batch, [evidence(20, { hostId: "h2" }), evidence(21, { client: "192.0.2.9" })]), 2);
  clock.advance(10_000);
  assert.equal(offer(batch, many), 3);
  assert.deepEqual(sent, ["r0", "r1", "r2", "r20", "r21", "r0", "r1", "r2"]);
});

Deno.test("[SECURITY] a flood of long bodies from many clients ends at the bytes of a window", () => {
  const batch = new EvidenceBatch({ clock: new ManualClock() });
  batch.connect(() => {});
  const body = new Uint8Array(256 * 1024);
  const flood = Array.from({ length: 500 }, (_, i) => evidence(i, { client: `198.51.100.${i}`, body }));
  assert.equal(offer(batch, flood), 16);
  const small = Array.from({ length: 500 }, (_, i) => evidence(i, { client: `198.51.100.${i}` }));
  const other = new EvidenceBatch({ clock: new ManualClock() });
  other.connect(() => {});
  assert.equal(offer(other, small), 200);
});
