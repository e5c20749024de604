import assert from "node:assert/strict";
import fc from "fast-check";
import { literalText } from "../program/literal_chars.ts";
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
  assert.deepEqual(literalsOf("'\\)* ?or\\b"), [[["'or", "' or", ")or", ") or"]]]);
  assert.deepEqual(literalsOf("or\\s+(?:all\\s+)*x0"), [[[" x0"], ["or"]]]);
  assert.deepEqual(literalsOf("\\w+"), [[]]);
});

Deno.test("[SECURITY] whatever a pattern matches holds what the pattern is said to need", () => {
  const { node } = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("a", "b", "or", "\\d", "[ab]", "[^a]", "\\s", "\\)", "^", "$", "\\b", "."),
      fc.tuple(tie("node"), tie("node")).map((of) => of.join("")),
      fc.array(tie("node"), { minLength: 2, maxLength: 3 }).map((of) => `(?:${of.join("|")})`),
      fc.tuple(tie("node"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}")).map(([of, times]) =>
        `(?:${of})${times}`
      ),
    ),
  }));
  const text = fc.string({ unit: fc.constantFrom("a", "b", "o", "r", "1", " ", "\t", ")"), maxLength: 12 });
  fc.assert(
    fc.property(node, fc.array(text, { minLength: 20, maxLength: 20 }), (pattern, texts) => {
      const { regex, needs } = compilePattern(pattern);
      for (const each of texts) {
        if (!regex.test(each)) continue;
        const read = literalText(each);
        const holds = needs.some((need) =>
          need.literals.every((set) => set.some((one) => read.includes(one)))
        );
        assert.ok(holds, `${pattern} matches ${JSON.stringify(each)}: ${JSON.stringify(needs)}`);
      }
    }),
    { numRuns: 1_000 },
  );
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
