import assert from "node:assert/strict";
import { BUILTIN_RULE_FILES } from "../rule_files/builtin.ts";
import { compileProgram } from "./program.ts";
import { loadRuleFiles } from "../rule_files/rule_file.ts";

Deno.test("clean values of every target are remembered, those of each plan under a bit of its own", () => {
  const rules = loadRuleFiles(BUILTIN_RULE_FILES).map((each) => each.rule);
  const sample = rules.find(({ match }) => "regex" in match)!;
  const named = Array.from(
    { length: 40 },
    (_, i) => ({ ...sample, id: `own-${i}`, targets: [`headers:x-${i}`] }),
  );
  const { kinds, fieldMemo } = compileProgram([...rules, ...named], new Map());
  const plans = new Set(Object.values(kinds).flatMap(({ generic, named }) => [generic, ...named.values()]));
  plans.delete(null);
  // More than two memos have bits for.
  assert.ok(plans.size > 62, `${plans.size} plans`);
  const memos = new Map<unknown, number>();
  for (const plan of plans) {
    const { memo, bit } = plan!.seen!;
    const taken = memos.get(memo) ?? 0;
    assert.deepEqual([memo === fieldMemo, bit === 0, taken & bit], [false, false, 0]);
    memos.set(memo, taken | bit);
  }
});
