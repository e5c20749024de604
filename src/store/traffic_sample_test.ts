import assert from "node:assert/strict";
import { seenAs } from "./traffic_sample.ts";
import type { RefusalSample, StoredFinding, TrafficDetail } from "./traffic_types.ts";

const sample = (id: string, target: string): RefusalSample => ({
  id,
  at: 1,
  method: "GET",
  target,
  status: 403,
  detail: "sqli-120",
  userAgent: "x",
});
const found = (requestId: string | null, target: string, points: number) =>
  ({ requestId, ruleId: "sqli-120", target, points }) as StoredFinding;
const ROW = {
  ...sample("first", "/a"),
  score: 5,
  count: 9,
  samples: [sample("first", "/a"), sample("second", "/b")],
  findings: [found(null, "args:x", 5), found("second", "args:y", 4), found("second", "args:z", 0)],
} as unknown as TrafficDetail;

Deno.test("a request that another one's row counts is shown as itself", () => {
  const seen = seenAs(ROW, "second");
  assert.deepEqual([seen.id, seen.target, seen.score, seen.count], ["second", "/b", 4, 9]);
  assert.deepEqual(seen.findings.map(({ requestId, target }) => [requestId, target]), [
    ["first", "args:x"],
    [null, "args:y"],
    [null, "args:z"],
  ]);
});

Deno.test("the row's own request, and one that is no sample, show the row", () => {
  assert.equal(seenAs(ROW, "first"), ROW);
  assert.equal(seenAs(ROW, "tenth"), ROW);
});
