import assert from "node:assert/strict";
import { parse } from "yaml";
import { readCustomRules } from "../../src/control/rules/rule_import.ts";
import { RULE_SETS } from "../../src/control/rules/rule_sets.ts";
import { BUILTIN_RULE_FILES } from "../../src/waf/rule_files/builtin.ts";
import { unknownTriggers } from "../../src/waf/correlation/correlate_check.ts";
import { loadRuleFiles } from "../../src/waf/rule_files/rule_file.ts";

const SET = RULE_SETS.find(({ id }) => id === "correlation")!;
const IDS = { isTaken: () => false, newId: () => "new" };

Deno.test("the correlation set imports, with sequences that each rule finds and lets pass", () => {
  const { rules, errors } = readCustomRules(SET.text, IDS);
  assert.deepEqual(errors, []);
  assert.equal(rules.length, 7);
  assert.ok(rules.every(({ rule }) => "correlate" in rule.match));
});

Deno.test("every rule and family that the correlation set waits for exists", () => {
  const loaded = loadRuleFiles(BUILTIN_RULE_FILES).flatMap(({ rule }) => [rule.id, rule.family]);
  const sets = RULE_SETS.flatMap(({ text }) =>
    (parse(text) as { rules: { id: string }[] }).rules.map(({ id }) => id)
  );
  const known = new Set([...loaded, ...sets]);
  for (const { rule } of readCustomRules(SET.text, IDS).rules) {
    if (!("correlate" in rule.match)) continue;
    assert.deepEqual(unknownTriggers(rule.match.correlate, (name) => known.has(name)), [], rule.id);
  }
});

Deno.test("a correlated rule that cannot work is refused with its place and what to write instead", () => {
  const base = `- id: broken
  name: n
  why: w
  tests: { match: [[{ path: / }]], pass: [[{ path: / }]] }
  match:
    correlate:
`;
  const cases: readonly [string, RegExp, number][] = [
    ["      { window_seconds: 4000, threshold: 3 }", /window_seconds.*at most 3600/, 7],
    ["      { window_seconds: 60, threshold: 3 }", /every request would count.*trigger_rules/, 7],
    [
      "      { window_seconds: 60, threshold: 3, sequence_mode: distinct, trigger_rules: [a, b] }",
      /3 steps are asked/,
      7,
    ],
    [
      "      window_seconds: 60\n      threshold: 3\n      predicates:\n        - { field: response.statu, operator: equals, value: 1 }",
      /did you mean "response.status"/,
      10,
    ],
    [
      "      window_seconds: 60\n      threshold: 3\n      predicates: [{ field: path, operator: matches, value: '(a)\\1' }]",
      /regex refused/,
      9,
    ],
    [
      "      window_seconds: 60\n      threshold: 3\n      group_by: cookie\n      trigger_rules: [xss]",
      /cookie:NAME/,
      9,
    ],
    [
      "      { window_seconds: 60, threshold: 3, trigger_rules: [xss], windows: 3 }",
      /unknown key "windows"/,
      7,
    ],
  ];
  for (const [correlate, said, line] of cases) {
    const { errors } = readCustomRules(base + correlate, IDS);
    const text = errors.map((error) => `${error.field}: ${error.message}; ${error.remedy}`).join("\n");
    assert.match(text, said, correlate);
    assert.ok(
      errors.some((error) => error.line! >= 6 && error.line! <= line),
      `${text} in ${errors[0]?.line}`,
    );
  }
});

Deno.test("requests are examples of single rules, sequences of correlated ones", () => {
  const [one] = readCustomRules(
    `
- { id: a, name: n, why: w, match: { regex: evil }, tests: { match: [[{ path: /evil }]], pass: [{ path: / }] } }
`,
    IDS,
  ).errors;
  assert.equal(one!.remedy, "write one request");
  const correlated = readCustomRules(
    `
- id: b
  name: n
  why: w
  match: { correlate: { window_seconds: 9, threshold: 2, trigger_rules: [xss] } }
  tests: { match: [{ path: / }], pass: [[{ path: / }]] }
`,
    IDS,
  ).errors;
  assert.equal(correlated[0]!.field, "0.tests.match.0");
  assert.equal(correlated[0]!.remedy, "write a list of requests");
});
