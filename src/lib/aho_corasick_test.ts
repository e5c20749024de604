import assert from "node:assert/strict";
import fc from "fast-check";
import { AhoCorasick } from "./aho_corasick.ts";

function idsIn(literals: string[], text: string): number[] {
  const found: number[] = [];
  new AhoCorasick(literals).scan(text, found);
  return found.sort((a, b) => a - b);
}

Deno.test("literals are found once each, also inside one another", () => {
  assert.deepEqual(idsIn(["he", "she", "his", "hers"], "ushers ushers"), [0, 1, 3]);
});

Deno.test("a literal that stands twice is found under both ids, prepared or not", () => {
  assert.deepEqual(idsIn(["ab", "b", "ab"], "xab"), [0, 1, 2]);
  const prepared = new AhoCorasick(["ab", "b", "ab"]);
  prepared.prepare();
  const found: number[] = [];
  prepared.scan("xab", found);
  prepared.scan("b", found);
  assert.deepEqual(found, [0, 2, 1, 1]);
  assert.deepEqual([0, 1, 2].map((id) => prepared.foundLast(id)), [false, true, false]);
});

Deno.test("upper case in the text counts as lower case", () => {
  assert.deepEqual(idsIn(["union", "<script"], "UNION <ScRiPt>"), [0, 1]);
});

Deno.test("a character outside ASCII interrupts a literal", () => {
  assert.deepEqual(idsIn(["ab"], "a\u00e9b"), []);
});

Deno.test("characters count as others where the caller says so", () => {
  const blankOrDigit = (code: number) =>
    code === 9 || code > 127 ? 0x20 : code >= 0x30 && code <= 0x39 ? 0x30 : code;
  const automaton = new AhoCorasick(["or 0", "x"], blankOrDigit);
  const found: number[] = [];
  for (const text of ["or\t7", "or\u30003", "OR 1", "or  1"]) automaton.scan(text, found);
  assert.deepEqual(found, [0, 0]);
  assert.throws(() => new AhoCorasick(["or 1"], blankOrDigit), RangeError);
});

Deno.test("literals that cannot be looked for are refused", () => {
  assert.throws(() => new AhoCorasick([""]), RangeError);
  assert.throws(() => new AhoCorasick(["A"]), RangeError);
  assert.throws(() => new AhoCorasick(["\u00e9"]), RangeError);
});

Deno.test("it finds exactly what a search one by one finds", () => {
  const letters = fc.constantFrom("a", "b", "c", "'", "\u00e9");
  const literal = fc.string({ unit: fc.constantFrom("a", "b", "c", "'"), minLength: 1, maxLength: 4 });
  fc.assert(fc.property(
    fc.uniqueArray(literal, { minLength: 1, maxLength: 12 }),
    fc.string({ unit: letters, maxLength: 40 }),
    (literals, text) => {
      const expected = literals.flatMap((each, id) => text.includes(each) ? [id] : []);
      assert.deepEqual(idsIn(literals, text), expected);
    },
  ));
});

Deno.test("in a long text too, wherever it is divided", () => {
  const literals = ["ab", "needle", "needless", "c", "a".repeat(5_000)];
  const automaton = new AhoCorasick(literals);
  fc.assert(
    fc.property(fc.nat(9_500), fc.nat(9_500), fc.integer({ min: 60, max: 9_600 }), (at, also, length) => {
      const text = `${".".repeat(at)}needless${".".repeat(also)}cab`.slice(-length);
      const found: number[] = [];
      automaton.scan(text, found);
      const expected = literals.flatMap((each, id) => text.includes(each) ? [id] : []);
      assert.deepEqual(found.sort((a, b) => a - b), expected);
    }),
    { numRuns: 2_000 },
  );
  const found: number[] = [];
  automaton.scan(`${"b".repeat(7_000)}${literals[4]}`, found);
  assert.ok(found.includes(4));
});

Deno.test("every character may end a literal", () => {
  const automaton = new AhoCorasick(["a", "aa", "aaa"]);
  for (const length of [1, 63, 64, 300, 4_095, 4_096, 4_097, 20_000]) {
    const found: number[] = [];
    automaton.scan("a".repeat(length), found);
    assert.equal(found.length, Math.min(3, length));
  }
});
