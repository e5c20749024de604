import assert from "node:assert/strict";
import { compilePattern, linearProblem, patternProblem, patternRemedy } from "./pattern.ts";
import { lowerCasePattern } from "./lower_case.ts";

Deno.test("a pattern is lowered letter by letter, escapes keep their meaning", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["UNION\\W+Select", "union\\W+select"],
    ["[A-Fa-f\\D]", "[a-fa-f\\D]"],
    ["\\x41\\u005A\\x2F", "az\\x2F"],
    ["(?<Name>A)", "(?<Name>a)"],
    ["[\\x00-\\x1f]", "[\\x00-\\x1f]"],
    ["\\S\\B[^A-Z]", "\\S\\B[^a-z]"],
    ["[ -~]", "[ -~]"],
  ];
  for (const [written, lowered] of cases) assert.equal(lowerCasePattern(written), lowered);
  assert.match(patternProblem("[!-Z]")!, /mixes upper case/);
});

Deno.test("patterns outside the subset are refused with reason and position", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["ab(?!c)", /look-around.*character 3/],
    ["(?<=a)b", /look-around.*character 1/],
    ["(a)b\\1", /back-references.*character 5/],
    ["a{17}", /\{17\} is over 16.*character 2/],
    ["a)", /unmatched \).*character 2/],
    ["[a", /\[ is not closed.*character 1/],
    ["*a", /nothing to repeat.*character 1/],
    ["a\\", /\\ at the end/],
    ["\\xZ1", /hexadecimal/],
    ["[b-a]", /range out of order/],
    ["\\p{L}", /no meaning/],
    ["(".repeat(200), /nested|closed/],
  ];
  for (const [pattern, problem] of cases) assert.match(linearProblem(pattern) ?? "none", problem, pattern);
  for (const sound of ["a|b", "(?:a+)+$", "[^a-z\\d]{0,16}?", "^\\s*$", "a{,5}", "x{a}", "]"]) {
    assert.equal(linearProblem(sound), null, sound);
  }
});

Deno.test("what a pattern needs is derived branch by branch", () => {
  const literalsOf = (pattern: string) =>
    compilePattern(pattern).needs.map((need) => need.literals.map((set) => [...set]));
  assert.deepEqual(literalsOf("union (?:all )?select"), [[["union select", "union all select"]]]);
  assert.deepEqual(literalsOf("union.+select"), [[["select"], ["union"]]]);
  assert.deepEqual(literalsOf("(?:mid|left) ?\\([^)]"), [[["mid(", "mid (", "left(", "left ("]]]);
  assert.deepEqual(literalsOf("'\\s?or\\s\\d"), [[["'or 0", "' or 0"]]]);
  assert.deepEqual(literalsOf("foo|ba[rz]|\\d+"), [[["foo"]], [["bar", "baz"]], []]);
  assert.deepEqual(literalsOf("(?:foo)*bar?"), [[["ba"]]]);
  assert.deepEqual(literalsOf("\\w+"), [[]]);
});

Deno.test("a pattern that backtracks without end on another engine is answered", () => {
  const { regex } = compilePattern("(?:a+)+$");
  assert.equal(regex.test(`${"a".repeat(50_000)}b`), false);
});

Deno.test("the remedy is for the problem: another kind of pattern, or the same without its slip", () => {
  const remedies = ["a(?=b)", "(a)\\1", "a{1,500}", "a(b", "*a"].map((pattern) =>
    patternRemedy(linearProblem(pattern)!).split(/[:;]/, 1)[0]
  );
  const [subset, slip] = ["use the linear subset", "correct the pattern there"];
  assert.deepEqual(remedies, [subset, subset, subset, slip, slip]);
});
