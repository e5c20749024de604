import assert from "node:assert/strict";
import type { Match } from "./match.ts";
import { type Evidence, MatchMemo } from "./match_memo.ts";
import type { Plan } from "./plan.ts";

const PLAN = {} as Plan;
const MATCH: Match = { rule: 1, span: [0, 2] };
const EVIDENCE: Evidence = { value: "1'--", steps: [], span: [0, 2] };

Deno.test("what was found is remembered by value, plan and kind of place", () => {
  const memo = new MatchMemo();
  memo.add(PLAN, "arg", "1'--", [MATCH]);
  assert.deepEqual(memo.find(PLAN, "arg", "1'--"), [MATCH]);
  assert.equal(memo.find(PLAN, "query", "1'--"), null);
  assert.equal(memo.find({} as Plan, "arg", "1'--"), null);
  assert.equal(memo.find(PLAN, "arg", "1'-- "), null);
  memo.add(PLAN, "query", "1'--", []);
  assert.deepEqual(memo.find(PLAN, "query", "1'--"), []);
  assert.deepEqual(memo.find(PLAN, "arg", "1'--"), [MATCH]);
});

Deno.test("evidence is made once for a place, and anew for another place or key", () => {
  const memo = new MatchMemo();
  let made = 0;
  const make = () => (made++, EVIDENCE);
  memo.evidence(MATCH, "args:id", "aa", make);
  assert.equal(memo.evidence(MATCH, "args:id", "aa", make), EVIDENCE);
  assert.equal(made, 1);
  memo.evidence(MATCH, "args:token", "aa", make);
  memo.evidence(MATCH, "args:token", "bb", make);
  assert.equal(made, 3);
});

Deno.test("long values are not kept, and others leave in two generations of bounded size", () => {
  const memo = new MatchMemo();
  const long = "x".repeat(513);
  memo.add(PLAN, "arg", long, [MATCH]);
  assert.equal(memo.find(PLAN, "arg", long), null);
  const value = (i: number) => `${i}`.padEnd(512, ".");
  for (let i = 0; i < 1_500; i++) memo.add(PLAN, "arg", value(i), [MATCH]);
  assert.notEqual(memo.find(PLAN, "arg", value(1_499)), null);
  assert.notEqual(memo.find(PLAN, "arg", value(600)), null);
  for (let i = 1_500; i < 2_600; i++) memo.add(PLAN, "arg", value(i), [MATCH]);
  assert.equal(memo.find(PLAN, "arg", value(600)), null);
});

Deno.test("what evidence holds counts as well", () => {
  const memo = new MatchMemo();
  memo.add(PLAN, "arg", "first", [MATCH]);
  const evidence = { ...EVIDENCE, value: "x".repeat(300 * 1024) };
  for (let i = 0; i < 4; i++) memo.evidence({ ...MATCH }, "args:id", "aa", () => evidence);
  memo.add(PLAN, "arg", "second", [MATCH]);
  assert.equal(memo.find(PLAN, "arg", "first"), null);
  assert.notEqual(memo.find(PLAN, "arg", "second"), null);
});
