import assert from "node:assert/strict";
import { RATE_RULE_PRESETS } from "../core/rate_rule.ts";
import { RateRuleList } from "./rate_rule_schema.ts";

function faults(rule: Record<string, unknown>): string[] {
  const read = RateRuleList.safeParse([{ name: "r", count: 1, period_seconds: 60, ...rule }]);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

Deno.test("every preset is a rule, and a rule may begin with one", () => {
  for (const [name, preset] of Object.entries(RATE_RULE_PRESETS)) {
    assert.deepEqual(RateRuleList.parse([{ preset: name }]), [preset]);
  }
  const [mine] = RateRuleList.parse([{ preset: "sign-in", name: "strict", count: 3 }]);
  assert.deepEqual([mine!.name, mine!.count, mine!.period_seconds], ["strict", 3, 300]);
});

Deno.test("what could not work is refused where it stands", () => {
  assert.deepEqual(faults({}), []);
  assert.match(faults({ key: "header" })[0]!, /^0\.key: "header" is no key/);
  assert.match(faults({ name: "No" })[0]!, /^0\.name/);
  assert.match(faults({ count: 20_000 })[0]!, /^0\.count/);
  assert.match(faults({ key: "path", action: "ban" })[0]!, /^0\.action: a path is everybody's/);
  const body = { join: "and", of: [{ target: "body", operator: "contains", value: "x" }] };
  assert.match(faults({ when: body })[0]!, /^0\.when\.of\.0\.target: "body" stands in the body/);
  assert.deepEqual(faults({ preset: "none" }), ['0.preset: there is no preset "none"']);
});

Deno.test("a name stands for one rule only", () => {
  assert.throws(() => RateRuleList.parse([{ preset: "api" }, { preset: "api" }]), /named twice/);
});
