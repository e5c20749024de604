import assert from "node:assert/strict";
import fc from "fast-check";
import type { Rule, RuleMatch } from "../../core/rule.ts";
import { applyChain } from "./chain.ts";
import { BUILTIN_RULE_FILES } from "../rule_files/builtin.ts";
import { countingMatches, matchesThatCount } from "./counting_matches.ts";
import { charMask } from "../text/char_mask.ts";
import { isDocument } from "../text/document.ts";
import { evaluate } from "./evaluate.ts";
import type { Match } from "./match.ts";
import { compileProgram, type Program } from "./program.ts";
import { loadRuleFiles } from "../rule_files/rule_file.ts";

function rule(id: string, match: RuleMatch, transform: readonly string[]): Rule {
  return {
    id,
    name: id,
    why: id,
    family: "test",
    severity: "high",
    action: "block",
    paranoia: 1,
    targets: ["args"],
    transform,
    match,
    tags: [],
    origin: "built-in",
    enabled: true,
  };
}

/** Patterns of every shape that the analysis of literals and characters tells apart. */
const PATTERNS = [
  "union (?:all )?select",
  "\\bunion\\b.{1,16}\\bselect\\b",
  "(?:<script|<svg|<img)[^>]*on\\w+=",
  "a?bc|de*f|[gh]i",
  "(?:ab|cd){2}",
  "(?:ab|cd){2,}e",
  "[^a-z]or[^a-z]",
  "^/etc/(?:passwd|shadow)$",
  "\\$\\{[^}]*\\}",
  "x*",
  "(?:foo|ba[rz])(?:\\d|_)+",
  "\\s--|#",
  "[Aa]dmin|ROOT",
  "(?:a|b|c|d|e|f|g|h|i|j)(?:k|l|m|n|o|p)(?:q|r|s|t|u)x",
  "\\x41bc|\\u0044ef",
  "(?:sleep|benchmark) ?\\(",
  ".",
  "(?:(?:a(?:b|cd)?)+e|zz)?y",
  "['\"]\\s?(?:\\||or|and)\\s?\\d",
  "(?:(?:or|and) (?:\\d|not)|(?:ab|cd)\\s\\(|[;|]\\s?ab?c)|[\u00b4' ]or1",
  "(?:a|b|c|d|e|f|g|h) ?(?:k|l|m|n|o|p)? ?\\( ?\\(?(?:ab|cd)",
];

const CHAINS = [
  [],
  ["url-decode"],
  ["url-decode", "lowercase"],
  ["url-decode", "replace-comments", "compress-whitespace"],
  ["url-decode", "html-entities", "js-escapes", "remove-nulls"],
  ["base64"],
  ["lowercase", "hex"],
  ["unicode", "overlong-utf8"],
  ["shell", "clean-path"],
];

function everyRule(): Rule[] {
  const rules: Rule[] = [];
  for (const [i, transform] of CHAINS.entries()) {
    for (const [j, regex] of PATTERNS.entries()) rules.push(rule(`r${i}-${j}`, { regex }, transform));
    rules.push(
      rule(`p${i}`, { phrases: ["/etc/passwd", "\\bsqlmap\\b", "'or", "\u00e9t\u00e9"] }, transform),
    );
    rules.push(rule(`s${i}`, { detect: "sqli" }, transform));
    rules.push(rule(`x${i}`, { detect: "xss" }, transform));
  }
  return rules;
}

const FRAGMENTS = [
  "union ",
  "all ",
  "SELECT ",
  "<script",
  "<svg/onload=",
  "%27",
  "%2527",
  "' or 1=1",
  "'\u00a0or\t7",
  "\u00b4or1",
  "ab (",
  "e k( ( cd",
  "|\nac",
  "--",
  "/*x*/",
  "/etc/passwd",
  "/etc/shadow",
  "${jndi:",
  "}",
  "sqlmap",
  "&lt;",
  "\\u003c",
  "abcde",
  "ab",
  "cd",
  "foo1",
  "baz_",
  "admin",
  "ROOT",
  "sleep(5)",
  "0x61646d696e",
  "PHNjcmlwdD5hbGVydCgxKQ==",
  "\uff1cscript\uff1e",
  "\u212a",
  "\u0130",
  "\xc0\xae",
  "c'a't",
  "$IFS",
  "\0",
  "\n",
  "  ",
  "\u00e9t\u00e9",
  "akqx",
  "jpux",
];

function textFrom(fragments: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...fragments) },
    {
      weight: 2,
      arbitrary: fc.string({
        unit: fc.constantFrom(..."abcdefghijklmoprstuxyz '\"=()<>;-/1_."),
        maxLength: 6,
      }),
    },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
  );
  return fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
}

/** Every rule on the output of its own chain, without any shortcut. */
function evaluateNaively(program: Program, value: string): string[] {
  const found: string[] = [];
  for (const { rule, chain, matcher } of program.rules) {
    const span = matcher?.find(applyChain(chain, value)) ?? null;
    if (span !== null) found.push(`${rule.id} ${span.join("-")}`);
  }
  return found.sort();
}

function evaluateFast(program: Program, value: string): string[] {
  return told(program, evaluate(program, program.kinds.arg!.generic!, value));
}

function told(program: Program, matches: readonly Match[]): string[] {
  return matches.map((each) => `${program.rules[each.rule]!.rule.id} ${each.span.join("-")}`).sort();
}

function assertSame(program: Program, texts: fc.Arbitrary<string>, numRuns: number): void {
  fc.assert(
    fc.property(texts, (value) => {
      assert.deepEqual(evaluateFast(program, value), evaluateNaively(program, value));
    }),
    { numRuns },
  );
}

Deno.test("the shortcuts skip work, never a match", () => {
  assertSame(compileProgram(everyRule(), new Map()), textFrom(FRAGMENTS), 3000);
});

function embedded(): { program: Program; examples: string[] } {
  const loaded = loadRuleFiles(BUILTIN_RULE_FILES);
  const rules = loaded.map((each) => ({ ...each.rule, targets: ["args"] })).filter((each) =>
    !("conditions" in each.match)
  );
  assert.ok(rules.length > 0);
  return {
    program: compileProgram(rules, new Map()),
    examples: loaded.flatMap((each) => each.tests.match.flatMap(stringsIn)),
  };
}

const PROSE =
  "The rain had stopped before noon, so we carried the tables out. 'Under the old pear tree', she said; ";
const PROGRAM_TEXT = `import { readFile } from "node:fs/promises";
const lines = (await readFile(path, "utf-8")).split("\\n");
for (const line of lines) {
  if (line.startsWith("#") || line === "") continue;
  console.log(line.trim(), total += Number(line) || 0);
}
`;

Deno.test("the shortcuts never skip a match of the embedded rules", () => {
  const { program, examples } = embedded();
  const texts = textFrom([...FRAGMENTS, ...examples]);
  assertSame(program, texts, 1500);
  const between = fc.constantFrom(PROSE, PROGRAM_TEXT, " \n", "%20".repeat(40));
  assertSame(program, fc.tuple(between, texts, between).map((parts) => parts.join("")), 500);
});

Deno.test("a document is judged as if all rules ran and the broad ones were left out", () => {
  const { program, examples } = embedded();
  const plan = program.kinds.arg!.generic!;
  let documents = 0;
  fc.assert(
    fc.property(textFrom([...FRAGMENTS, ...examples]), (text) => {
      const value = `${PROGRAM_TEXT}${text}\n${PROGRAM_TEXT}`;
      if (isDocument(value)) documents++;
      const counting = countingMatches(program, evaluate(program, plan, value), "arg", value);
      const short = matchesThatCount(program, plan, "arg", value, charMask(value));
      assert.deepEqual(told(program, short), told(program, counting));
    }),
    { numRuns: 500 },
  );
  assert.ok(documents > 400);
});

/** The texts of a test's request, whole and in halves. */
function stringsIn(value: unknown): string[] {
  if (typeof value === "string") {
    return [value, value.slice(value.length >> 1), value.slice(0, value.length >> 1)];
  }
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(stringsIn);
}
