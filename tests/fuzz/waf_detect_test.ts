import assert from "node:assert/strict";
import fc from "fast-check";
import { sqliMatcher } from "../../src/waf/detect/sqli.ts";
import { tokenizeSql } from "../../src/waf/detect/sqli_tokens.ts";
import { xssMatcher } from "../../src/waf/detect/xss.ts";

const SQL_PIECES = [
  "'",
  '"',
  "`",
  "(",
  ")",
  ",",
  ";",
  "=",
  "<>",
  "||",
  "&&",
  "--",
  "#",
  "/*",
  "*/",
  "/*!50000",
  "\\",
  " ",
  "\n",
  "\t",
  "or",
  "and",
  "union",
  "select",
  "from",
  "where",
  "like",
  "in",
  "null",
  "1",
  "0x61",
  "1e0",
  ".5",
  "@@version",
  "$$",
  "sleep(5)",
  "users",
  "é",
  "\0",
  "\ud800",
] as const; // prettier-ignore
const HTML_PIECES = [
  "<",
  ">",
  "/",
  "=",
  '"',
  "'",
  "`",
  " ",
  "\n",
  "\0",
  "script",
  "svg",
  "img",
  "a",
  "href",
  "src",
  "style",
  "onload",
  "onerror",
  "javascript:",
  "data:text/html,",
  "alert(1)",
  "x",
  ":",
  "<!--",
  "-->",
  "&#x6a;",
  "\u00a0",
  "\ud83d",
] as const;

function textOf(pieces: readonly string[], maxLength = 40) {
  return fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })), { maxLength })
    .map((each) => each.join(""));
}

Deno.test("the tokenisers answer on any text, with a span inside it", () => {
  for (const [matcher, pieces] of [[sqliMatcher, SQL_PIECES], [xssMatcher, HTML_PIECES]] as const) {
    fc.assert(fc.property(textOf(pieces), (written) => {
      const text = written.toLowerCase();
      const span = matcher.find(text);
      if (span === null) return;
      assert.ok(span[0] >= 0 && span[0] <= span[1] && span[1] <= text.length, JSON.stringify(span));
    }));
  }
});

Deno.test("tokens of SQL follow each other and lie inside the text", () => {
  fc.assert(
    fc.property(
      textOf(SQL_PIECES),
      fc.constantFrom("" as const, "'" as const, '"' as const),
      (text, quote) => {
        const { kinds, starts, ends } = tokenizeSql(text.toLowerCase(), quote);
        assert.equal(kinds.length, starts.length);
        let last = 0;
        for (const [i, start] of starts.entries()) {
          assert.ok(start >= last && ends[i]! >= start && ends[i]! <= text.length);
          last = ends[i]!;
        }
      },
    ),
  );
});

/** Injections whose blanks may be anything that a database takes for one. */
const INJECTIONS = [
  ["1", "or", "1=1"],
  ["x'", "or", "'a'='a"],
  ["-1", "union", "select", "1,2"],
  ["x')", "and", "sleep(5)--", "q"],
  ["1;", "drop", "table", "users"],
  ['x"', "or", '"a"="a'],
  ["1", "and", "(select", "1)=1"],
  ["x'", "union", "all", "select", "null,null--", "q"],
];
const BLANKS = [" ", "  ", "\t", "\n", "\r\n", "\x0b", "/**/", "/* x */", "/*a*//*b*/", " /**/ "];

Deno.test("comments and blanks between the words of an injection hide nothing", () => {
  const blanks = fc.array(fc.constantFrom(...BLANKS), { minLength: 6, maxLength: 6 });
  fc.assert(fc.property(fc.constantFrom(...INJECTIONS), blanks, (words, between) => {
    const text = words.map((word, i) => word + (i < words.length - 1 ? between[i % 6] : "")).join("");
    assert.notEqual(sqliMatcher.find(text), null, JSON.stringify(text));
  }));
});

Deno.test("text before an injection that breaks out of a string changes nothing", () => {
  const prose = fc.array(
    fc.constantFrom("the", "parcel", "arrived", "late", "again,", "42", "(see", "below)"),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...INJECTIONS.filter(([first]) => first!.startsWith("x"))),
      prose,
      (words, before) => {
        const text = `${before.join(" ")} ${words.join(" ")}`;
        if (text.length < 4_000) assert.notEqual(sqliMatcher.find(text), null, JSON.stringify(text));
      },
    ),
  );
});

const MARKUP = [
  ["<script", ">alert(1)</script>"],
  ["<img", "src=x", "onerror=alert(1)", ">"],
  ["<svg", "onload=alert(1)", ">"],
  ["<a", "href=javascript:alert(1)", ">"],
  ["<iframe", "srcdoc='<b>'", ">"],
];
/** Behind a name a slash separates too; behind a value without quotes it is part of that. */
const BEHIND_A_NAME = [" ", "\t", "\n", "\f", "/", " / ", "\n\n"];
const BEHIND_A_VALUE = [" ", "\t", "\n", "\f", "\n\n"];

Deno.test("whatever separates attributes hides no active tag", () => {
  const first = fc.constantFrom(...BEHIND_A_NAME);
  const second = fc.constantFrom(...BEHIND_A_VALUE);
  const before = textOf(["a", " ", ">", "b"], 8);
  fc.assert(fc.property(fc.constantFrom(...MARKUP), first, second, before, (parts, one, two, start) => {
    const gaps = ["", one, two, ""];
    const text = start + parts.map((part, i) => (part.startsWith(">") ? "" : gaps[i]) + part).join("");
    assert.notEqual(xssMatcher.find(text), null, JSON.stringify(text));
  }));
});

Deno.test("a tokeniser reads no more tokens than it needs, however long the text", () => {
  for (const piece of SQL_PIECES) {
    for (const quote of ["", "'", '"'] as const) {
      const { kinds } = tokenizeSql(`${piece} `.repeat(2_000), quote);
      assert.ok(kinds.length <= 256, `${kinds.length} tokens of ${JSON.stringify(piece)}`);
    }
  }
});

Deno.test("as many harmless tags as a piece of text holds hide no active one", () => {
  for (const harmless of ["<b>", "<b c>", "<b c=d>", "<", "</p>", "<b c d e f g h>"]) {
    const text = harmless.repeat(Math.floor(4_000 / harmless.length)) + "<img src=x onerror=alert(1)>";
    assert.notEqual(xssMatcher.find(text), null, harmless);
  }
});
