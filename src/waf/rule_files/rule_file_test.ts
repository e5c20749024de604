import assert from "node:assert/strict";
import { AegisError, type FieldError } from "../../core/errors.ts";
import { loadRuleFiles } from "./rule_file.ts";
import { runRuleTests } from "./rule_tests.ts";

const RULE = `  - id: demo-1
    name: a demo
    why: shows a rule
    severity: high
    targets: [args]
    match: { regex: 'evil' }
    tests:
      match: [{ args: { a: EVIL } }]
      pass: [{ args: { a: good } }]
`;

function file(rules: string): string {
  return `family: demo\nrules:\n${rules}`;
}

function problemsOf(...texts: string[]): readonly FieldError[] {
  try {
    loadRuleFiles(texts.map((text, i) => ({ name: `f${i}.yaml`, text })));
  } catch (thrown) {
    assert.ok(thrown instanceof AegisError);
    assert.equal(thrown.code, "invalid_input");
    return thrown.fields;
  }
  return [];
}

Deno.test("a rule file is loaded with its defaults filled in", () => {
  const [loaded] = loadRuleFiles([{ name: "f.yaml", text: file(RULE) }]);
  assert.deepEqual(loaded!.rule, {
    id: "demo-1",
    name: "a demo",
    why: "shows a rule",
    family: "demo",
    severity: "high",
    action: "block",
    paranoia: 1,
    targets: ["args"],
    transform: ["url-decode"],
    match: { regex: "evil" },
    tags: [],
    origin: "built-in",
    enabled: true,
  });
  assert.equal(loaded!.line, 3);
  assert.deepEqual(runRuleTests([loaded!]), []);
});

Deno.test("every error has file, line and field", () => {
  const cases: readonly (readonly [string, string, number, RegExp])[] = [
    [file(RULE.replace("evil", "(?=evil)")), "rules.0.match.regex", 8, /look-around.*character 1/],
    [file(RULE.replace("evil", "(a)\\1")), "rules.0.match.regex", 8, /back-references.*character 4/],
    [file(RULE.replace("evil", "a{1,50}")), "rules.0.match.regex", 8, /count \{1,50\} is over 16/],
    [file(RULE.replace("evil", "a(b")), "rules.0.match.regex", 8, /not closed/],
    [file(RULE.replace("[args]", "[agrs]")), "rules.0.targets.0", 7, /unknown target "agrs"/],
    [file(RULE.replace("severity: high", "severity: awful")), "rules.0.severity", 6, /./],
    [file(RULE.replace("severity: high", "severty: high")), "rules.0", 3, /severty/],
    [file(RULE.replace(/ {4}tests:[^]*/, "")), "rules.0.tests", 3, /no tests/],
    [file(RULE.replace(/ {6}pass:[^]*/, "")), "rules.0.tests.pass", 10, /./],
    [
      file(RULE.replace("match: { regex: 'evil' }", "match: { regex: 'a', detect: xss }")),
      "rules.0.match",
      8,
      /exactly one/,
    ],
    [file(RULE + RULE), "id", 13, /stands already in f0.yaml, line 3/],
    ["family: demo\nrules: [", "", 2, /./],
  ];
  for (const [text, field, line, message] of cases) {
    const [problem] = problemsOf(text);
    assert.ok(problem !== undefined, text);
    assert.deepEqual([problem.file, problem.field], ["f0.yaml", field], JSON.stringify(problem));
    assert.ok(Math.abs(problem.line! - line) <= 1, `${field}: line ${problem.line}, not ${line}`);
    assert.match(problem.message, message);
  }
});

Deno.test("one bad file refuses all, and every problem is listed", () => {
  const problems = problemsOf(
    file(RULE),
    file(RULE.replace("demo-1", "demo-2").replace("evil", "(?=a)").replace("[args]", "[x]")),
  );
  assert.deepEqual(problems.map((each) => [each.file, each.field]), [
    ["f1.yaml", "rules.0.targets.0"],
    ["f1.yaml", "rules.0.match.regex"],
  ]);
  assert.match(problems[1]!.remedy!, /linear subset/);
});

Deno.test("a mistyped name gets the nearest one as remedy", () => {
  const [problem] = problemsOf(file(RULE.replace("[args]", "[cookeis]")));
  assert.equal(problem!.remedy, 'did you mean "cookies"?');
});

Deno.test("a rule test that comes out otherwise is reported with its place", () => {
  const loaded = loadRuleFiles([{ name: "f.yaml", text: file(RULE.replace("a: good", "a: evil")) }]);
  assert.deepEqual(runRuleTests(loaded), [{
    ruleId: "demo-1",
    file: "f.yaml",
    line: 3,
    expected: "pass",
    index: 0,
    request: { args: { a: "evil" } },
  }]);
});
