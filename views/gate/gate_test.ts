import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { renderBlockedPage } from "./blocked.ts";
import { GATE_CONTENT_SECURITY_POLICY } from "./document.ts";
import { renderErrorPage } from "./error.ts";
import { GATE_LANGUAGES, gateLanguage, gateMessages } from "./messages.ts";

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='a()'>\u202e\x00`;

Deno.test("a blocked page explains, quotes the number and never names a rule", () => {
  const page = renderBlockedPage({
    requestId: "01JD8F3K7QW2T9",
    publicText: "request blocked",
    host: "shop.example.com",
    lang: "en",
    reason: "waf",
    at: 1_795_000_000_000,
  });
  assert.match(page, /^<!doctype html>\n<html lang="en">/);
  assert.match(page, /looked like an attack/);
  assert.match(page, /<code>01JD8F3K7QW2T9<\/code>/);
  assert.match(page, /Error 403, <span lang="en">request blocked<\/span>, 2026-11-18 11:06:40 UTC\./);
});

Deno.test("a blocked page without a known reason still says what to do", () => {
  const page = renderBlockedPage({ requestId: "x", publicText: "", host: "", lang: "en" });
  assert.match(page, /did not take this request/);
  assert.match(page, /Error 403\./);
});

Deno.test("an error page shows where the way ends, for the statuses that mean the target", () => {
  const base = { publicText: "bad gateway", requestId: "01JD", host: "api.example.com" };
  assert.match(renderErrorPage({ ...base, status: 502 }), /class="hops"/);
  assert.doesNotMatch(renderErrorPage({ ...base, status: 503 }), /class="hops"/);
  assert.match(renderErrorPage({ ...base, status: 418 }), /<h1>Something went wrong<\/h1>/);
});

Deno.test("hostile names cannot leave their place", () => {
  const pages = [
    renderBlockedPage({ requestId: HOSTILE, publicText: HOSTILE, host: HOSTILE, lang: HOSTILE }),
    renderErrorPage({ status: 502, publicText: HOSTILE, requestId: HOSTILE, host: HOSTILE, lang: HOSTILE }),
  ];
  for (const page of pages) {
    assert.doesNotMatch(page, /<script|<img/);
    assert.ok(!page.includes("\u202e") && !page.includes("\0"));
    assert.match(page, /&lt;script&gt;/);
  }
});

Deno.test("the policy allows the style sheets that a page carries, and a page carries those of what it has", () => {
  const base = { requestId: "x", publicText: "x", host: "x", lang: "en" };
  const pages: readonly [string, number][] = [
    [renderBlockedPage({ ...base, reason: "rate" }), 1],
    [renderBlockedPage({ ...base, reason: "waf" }), 2],
    [renderErrorPage({ ...base, status: 503 }), 1],
    [renderErrorPage({ ...base, status: 502 }), 2],
  ];
  for (const [page, expected] of pages) {
    const styles = [...page.matchAll(/<style>([^]*?)<\/style>/g)].map((found) => found[1]!);
    assert.equal(styles.length, expected);
    for (const style of styles) {
      const hash = createHash("sha256").update(style).digest("base64");
      assert.ok(GATE_CONTENT_SECURITY_POLICY.includes(`'sha256-${hash}'`));
    }
    assert.ok(page.length < 4_096, `a refusal costs ${page.length} bytes`);
  }
});

Deno.test("every language says everything that English says, with the same numbers in it", () => {
  const shape = (value: unknown): unknown =>
    typeof value === "string"
      ? [value.trim() !== "", value.split("#").length]
      : Object.fromEntries(Object.entries(value as object).map(([key, each]) => [key, shape(each)]));
  assert.equal(GATE_LANGUAGES.length, 10);
  const { texts } = gateMessages("en");
  for (const lang of GATE_LANGUAGES) {
    assert.deepEqual(shape(gateMessages(lang).texts), shape(texts), lang);
    const page = renderBlockedPage({ requestId: "x", publicText: "x", host: "x", lang, reason: "waf" });
    assert.ok(page.includes(`<html lang="${lang}">`));
    assert.ok(new TextEncoder().encode(page).length < 6_144, lang);
  }
});

Deno.test("a visitor reads the language that it likes best", () => {
  const cases: readonly (readonly [string | undefined, string])[] = [
    [undefined, "en"],
    ["de", "de"],
    ["de-CH", "de"],
    ["fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"],
    ["sv-SE,sv;q=0.9,nl;q=0.8,en;q=0.7", "nl"],
    ["en;q=0.5,pl;q=0.9", "pl"],
    ["zh-Hant-TW", "zh"],
    ["ja;q=0,es;q=0.1", "es"],
    ["PT-br", "pt"],
    ["*", "en"],
    ["", "en"],
  ];
  for (const [sent, wanted] of cases) assert.equal(gateLanguage(sent), wanted, sent);
});

Deno.test("an odd Accept-Language gets some page, never a fault", () => {
  const odd = [
    ";",
    ",,,,",
    "q=1",
    "de;q=NaN",
    "de;q=-1",
    "de;q=99999999999",
    "__proto__",
    "constructor;q=1",
    "hasOwnProperty,toString",
    "\x00\xff",
    "-".repeat(70_000),
    "a,".repeat(40_000),
    "de-".repeat(20_000),
    "\ud800",
    "en-US;q=0.9;q=0.8",
  ];
  for (const each of odd) assert.ok(GATE_LANGUAGES.includes(gateLanguage(each)), each.slice(0, 40));
});
