import { deepEqual, equal } from "node:assert/strict";
import { sampleTraffic } from "../../tests/support/sample_traffic.ts";
import type { Finding } from "../core/finding.ts";
import type { RequestRecord } from "../core/record.ts";
import { bucketOf } from "../lib/log_histogram.ts";
import { RepeatBook } from "./repeat_book.ts";

const MODEL = sampleTraffic({ from: 0, to: 1, rows: 1 }).record(0);
const BANNED: RequestRecord = {
  ...MODEL,
  action: "blocked",
  reason: "ban",
  status: 403,
  findings: [],
  at: 1_000,
  requestBytes: 0,
  responseBytes: 67,
  latencyMs: 2,
};

const FINDING = { ruleId: "xss-100" } as Finding;

/** A batch of `records` as the batcher makes it. */
function batchOf(records: readonly RequestRecord[]): RequestRecord[] {
  const book = new RepeatBook();
  const batch: RequestRecord[] = [];
  for (const record of records) {
    if (book.count(record)) continue;
    batch.push(record);
    book.enter(record, batch.length - 1);
  }
  book.close(batch);
  return batch;
}

Deno.test("after ten whole records of one kind the others are counted in the first", () => {
  const flood = Array.from({ length: 25 }, (_, i) => ({ ...BANNED, id: `${i}`, at: 1_000 + i }));
  const batch = batchOf(flood);
  deepEqual(batch.map(({ id }) => id), flood.slice(0, 10).map(({ id }) => id));
  deepEqual(batch[0]!.repeats, {
    requests: 15,
    lastAt: 1_024,
    requestBytes: 0,
    responseBytes: 15 * 67,
    latency: [[bucketOf(2), 15]],
  });
  equal(batch[1]!.repeats, undefined);
});

Deno.test("another client, host, reason, action, status or other rules are another kind", () => {
  const kinds: RequestRecord[] = [
    BANNED,
    { ...BANNED, client: "192.0.2.99" },
    { ...BANNED, hostId: "h2" },
    { ...BANNED, reason: "blacklist" },
    { ...BANNED, action: "challenged" },
    { ...BANNED, status: 0 },
    { ...BANNED, findings: [FINDING] },
    { ...BANNED, findings: [FINDING, FINDING] },
    { ...BANNED, findings: [{ ...FINDING, ruleId: "sqli-101" }] },
  ];
  const batch = batchOf(Array.from({ length: 12 }, () => kinds).flat());
  equal(batch.length, kinds.length * 10);
  deepEqual(batch.slice(0, kinds.length).map(({ repeats }) => repeats?.requests), kinds.map(() => 2));
});

Deno.test("the next batch begins with whole records again", () => {
  const book = new RepeatBook();
  for (let i = 0; i < 10; i++) book.enter(BANNED, i);
  equal(book.count(BANNED), true);
  equal(book.close(Array.from({ length: 10 }, () => BANNED)), 1);
  equal(book.count(BANNED), false);
});
