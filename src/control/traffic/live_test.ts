import assert from "node:assert/strict";
import type { RequestRecord } from "../../core/record.ts";
import { person } from "../../../tests/support/make_control.ts";
import { type LiveBatch, LiveTail } from "./live.ts";

function make() {
  const watched: number[] = [];
  const tail = new LiveTail({
    watch: (n) => watched.push(n),
    ruleName: (id) => `rule ${id}`,
    mask: () => true,
  });
  return { tail, watched };
}

function record(n: number): RequestRecord {
  return { id: String(n), client: "203.0.113.7", findings: [] } as unknown as RequestRecord;
}

Deno.test("the recorder is asked for rows only while somebody watches", () => {
  const { tail, watched } = make();
  const first = tail.subscribe(() => {});
  const second = tail.subscribe(() => {});
  first();
  assert.deepEqual(watched, [100]);
  second();
  second();
  assert.deepEqual(watched, [100, 0]);
});

Deno.test("a burst is one batch of the newest rows and the count of the others, masked by who looks", async () => {
  const { tail } = make();
  const { promise, resolve } = Promise.withResolvers<LiveBatch>();
  const seen: LiveBatch[] = [];
  const ends = [
    tail.subscribe(resolve, person("viewer")),
    tail.subscribe((batch) => seen.push(batch), person("operator")),
  ];
  tail.push(Array.from({ length: 40 }, (_, n) => record(n)), 5);
  const batch = await promise;
  assert.equal(batch.rows.length, 25);
  assert.equal(batch.more, 20);
  assert.deepEqual([batch.rows[0]!.id, batch.rows.at(-1)!.id], ["15", "39"]);
  assert.equal(batch.rows[0]!.client, "203.0.x.x");
  assert.equal(seen[0]!.rows[0]!.client, "203.0.113.7");
  for (const end of ends) end();
});

Deno.test("who leaves before the batch is sent leaves no timer behind", () => {
  const { tail } = make();
  const end = tail.subscribe(() => assert.fail("nobody watches any more"));
  tail.push([record(1)], 0);
  end();
  assert.equal(tail.watchers, 0);
});
