import assert from "node:assert/strict";
import fc from "fast-check";
import { ANY, charMask, SPARE_BLANK } from "../text/char_mask.ts";
import { literalChar } from "../program/literal_chars.ts";
import { blanksForPluses } from "./plus_to_space.ts";
import { TRANSFORMATIONS } from "./table.ts";

const EXAMPLES: readonly (readonly [string, string, string])[] = [
  ["url-decode", "%2527 or 1", "' or 1"],
  ["url-decode", "%u0027", "'"],
  ["url-decode", "%e2%82%ac", "\u20ac"],
  ["url-decode", "%c0%ae", "\xc0\xae"],
  ["url-decode", "100%", "100%"],
  ["plus-to-space", "1+union+select", "1 union select"],
  ["html-entities", "&lt;img src=x&#x3e;&#106&colon;", "<img src=x>j:"],
  ["js-escapes", "\\x3cscript\\u003e\\74\\u{2f}", "<script><\x2f"],
  ["css-escapes", "\\6a ava\\script", "javascript"],
  ["css-escapes", "\\110000 \\\n\\", "\\110000 \\\n\\"],
  ["css-escapes", "\\1f600 \\\\\\zA", "\u{1f600}\\zA"],
  ["hex", "concat(0x61646d696e)", "concat(admin)"],
  ["hex", "0x00ff00", "0x00ff00"],
  ["base64", "x=PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "x=<script>alert(1)</script>"],
  ["base64", "KGFsZXJ0KSgxKQ", "(alert)(1)"],
  ["base64", "PHNjcgBpcHQgc3JjPS8veD4", "<scr\0ipt src=//x>"],
  ["base64", "AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAAA=="],
  ["unicode", "\uff1cscript\uff1e\u2019 j\u200bs", "<script>' js"],
  ["overlong-utf8", "\xc0\xae\xc0\xae\xc0\xaf\xe0\x80\xaf", "..//"],
  ["remove-nulls", "scr\0ipt", "script"],
  ["replace-comments", "union/**/select/*!50000from*/x/*", "union select from x "],
  ["remove-comments", "sel/* x */ect", "select"],
  ["compress-whitespace", "a \t\r\n b\xa0c\x01d\x0e\x0fe", "a b c d e"],
  ["compress-whitespace", "\xc0\xa0\xa0\xc0\x85 \n", "\xc0\xa0 \xc0\x85 "],
  ["compress-whitespace", "\xc0\xa0a\xa0\u3000b", "\xc0\xa0a b"],
  ["remove-whitespace", "java\n\tscript :", "javascript:"],
  ["trim", " \t a b\n", "a b"],
  ["lowercase", "UnIoN", "union"],
  ["lowercase", "\u0130A\xc0\xa7B\u0130", "i\u0307a\xc0\xa7bi\u0307"],
  ["lowercase", "\xc0\xa7 OR \xc0 LA \xc1\x9f", "\xc0\xa7 or \xe0 la \xc1\x9f"],
  ["clean-path", "/a//./b\\..\\etc/../../../x", "/../x"],
  ["shell", "c'a't$IFS/et\\c/pas\"\"swd", "cat /etc/passwd"],
  ["shell", "cat${IFS}x", "cat x"],
];

Deno.test("each transformation does what its examples say", () => {
  for (const [name, input, expected] of EXAMPLES) {
    assert.equal(TRANSFORMATIONS.get(name)!.apply(input), expected, `${name}: ${input}`);
  }
});

Deno.test("every transformation has an example", () => {
  const shown = new Set(EXAMPLES.map(([name]) => name));
  assert.deepEqual([...TRANSFORMATIONS.keys()].filter((name) => !shown.has(name)), []);
});

Deno.test("a text without the characters that a transformation needs is left unchanged", () => {
  const unit = fc.oneof(
    fc.constantFrom(..."%&#;x0127aAfF'\"\\/*.+-<>$ {}`^\0\t\n\xa0\xc0\xae\uff1c\u200b"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
      const mask = charMask(text);
      for (const each of TRANSFORMATIONS.values()) {
        const output = each.apply(text);
        if ((mask & each.needs) === 0 || text.length < (each.minChars ?? 0)) {
          assert.equal(output, text, each.name);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("what is known of a text's characters changes no output, wherever a longer text is cut", () => {
  const unit = fc.constantFrom(
    ..."ab1%&#'\"\\/*`^$ ifs{}  \0\t\n\x1f\x85\xa0\u3000".split(""),
    "abc def ",
    "``",
    "$IFS",
  );
  const padding = fc.constantFrom("", "a ".repeat(2_046), "x".repeat(4_100));
  fc.assert(
    fc.property(padding, fc.string({ unit, maxLength: 80 }), (before, after) => {
      const text = before + after;
      for (const { name, apply } of TRANSFORMATIONS.values()) {
        assert.equal(apply(text, charMask(text)), apply(text), name);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("a transformation that promises to keep the case does", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 30 }), (text) => {
    const lowered = text.toLowerCase();
    for (const each of TRANSFORMATIONS.values()) {
      if (!each.mayRaiseCase) assert.equal(/[A-Z]/.test(each.apply(lowered)), false, each.name);
    }
  }));
});

Deno.test("the kinds of characters that a transformation promises are all that its output holds", () => {
  const pieces = [
    "Ab1 ",
    "\t\n\x0b",
    "\0\x01",
    "a+b",
    "\u212a\u0130\xa0\u3000",
    "$IFS'\"\\`^",
    "<%/*x*/&;",
    "\xe4",
  ];
  for (const { name, apply, kindsAfter, adds = ANY } of TRANSFORMATIONS.values()) {
    for (const first of pieces) {
      for (const second of pieces) {
        const text = first + second;
        const promised = kindsAfter?.(charMask(text)) ?? charMask(apply(text));
        assert.equal(charMask(apply(text)) & ~promised, 0, `${name} ${JSON.stringify(text)}`);
        const possible = charMask(text) | adds | SPARE_BLANK;
        assert.equal(charMask(apply(text)) & ~possible, 0, `${name} ${JSON.stringify(text)}`);
      }
    }
  }
});

Deno.test("a payload behind however many runs of base64 is decoded too", () => {
  const decoys = Array.from({ length: 400 }, (_, i) => btoa(`only a decoy, number ${i}`)).join(" ");
  const decoded = TRANSFORMATIONS.get("base64")!.apply(`${decoys} ${btoa("<script>alert(1)</script>")}`);
  assert.ok(decoded.endsWith("<script>alert(1)</script>"));
});

Deno.test("literals that are looked for are the same before and after a step that promises so", () => {
  const unit = fc.constantFrom(..."aZ 1'\t\n\x01\x0b\xa0\u212a\u3000".split(""), "  ", "\r\n");
  fc.assert(fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
    for (const { name, apply, keepsLiterals } of TRANSFORMATIONS.values()) {
      const output = apply(text);
      if (keepsLiterals?.(text, output, charMask(text)) !== true) continue;
      const asLookedFor = (each: string) => [...each].map((char) => literalChar(char.charCodeAt(0))).join();
      assert.equal(asLookedFor(output), asLookedFor(text), name);
    }
  }));
});

Deno.test("each plus is a blank, in long texts and beyond ASCII too", () => {
  const text = fc.string({ unit: fc.constantFrom("+", "a", " ", "é", "中"), maxLength: 60 });
  fc.assert(fc.property(text, fc.nat(9_000), (piece, padding) => {
    const long = `${"a+b".repeat(padding / 3)}${piece}`;
    for (const each of [piece, long]) assert.equal(blanksForPluses(each), each.replaceAll("+", " "));
  }));
});
