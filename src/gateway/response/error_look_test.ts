import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { GATE_LANGUAGES } from "../../../views/gate/messages.ts";
import { DEFAULT_ERROR_PAGES, type ErrorPages, PAGE_LANGUAGES } from "../../core/error_pages.ts";
import { COMMON_LOOK, errorLook, type PageFacts } from "./error_look.ts";

const HOSTILE = `"><script>alert(1)</script>{{HOST}}`;

function look(over: Partial<ErrorPages>) {
  return errorLook({ ...DEFAULT_ERROR_PAGES, ...over });
}

function facts(over: Partial<PageFacts> = {}): PageFacts {
  return {
    requestId: "01JD",
    reason: "upstream_connect",
    status: 502,
    publicText: "bad gateway",
    host: "shop.example.com",
    lang: "en",
    at: 1_795_000_000_000,
    ...over,
  };
}

Deno.test("a host that says nothing has the common pages", () => {
  assert.equal(errorLook(DEFAULT_ERROR_PAGES), COMMON_LOOK);
  assert.equal(errorLook(structuredClone(DEFAULT_ERROR_PAGES)), COMMON_LOOK);
});

Deno.test("brand, logo, colour and contact stand on the default pages, of errors and of refusals", () => {
  const branded = look({
    brand: "Shop & Co",
    logo: "https://cdn.example.com/logo.svg",
    accent_color: "#00ff00",
    contact_email: "help@example.com",
    contact_url: "https://status.example.com",
  });
  for (const page of [facts(), facts({ reason: "waf", status: 403 })]) {
    const html = branded.render(page);
    assert.match(html, /Shop &amp; Co/);
    assert.match(html, /src="https:\/\/cdn\.example\.com\/logo\.svg"/);
    assert.match(html, /href="mailto:help@example\.com"/);
    assert.match(html, /<a href="https:\/\/status\.example\.com">status\.example\.com<\/a>/);
    const policy = branded.policy(page.status);
    assert.match(policy, /img-src https:\/\/cdn\.example\.com$/);
    for (const [, css] of html.matchAll(/<style>([^]*?)<\/style>/g)) {
      const hash = createHash("sha256").update(css!).digest("base64");
      assert.ok(policy.includes(`'sha256-${hash}'`), css);
    }
  }
});

Deno.test("a template is filled in, both spellings, and everything is escaped once", () => {
  const html =
    "<h1>{{STATUS_CODE}} {{ STATUS_TEXT }}</h1><p>{{HOST}} ${{host}} {{INCIDENT_ID}} {{TIMESTAMP}}</p>" +
    "<p>${{code}} ${{message}} ${{brand}} ${{contact_email}} {{ not_ours }}</p>";
  const pages = { "502": { html, css: "h1{color:red}", javascript: "document.title" } };
  const page = look({ pages, brand: HOSTILE }).render(facts({ host: HOSTILE }));
  assert.match(page, /<h1>502 Bad Gateway<\/h1>/);
  assert.match(page, /01JD 2026-11-18 11:06:40 UTC/);
  assert.doesNotMatch(page, /<script>alert/);
  assert.equal(page.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;\{\{HOST\}\}/g)?.length, 4);
  assert.match(page, /\{\{ not_ours \}\}/);
});

Deno.test("the status's own template comes first, then the generic one, then the default page", () => {
  const template = (html: string) => ({ html, css: "", javascript: "" });
  const own = look({ pages: { "503": template("own"), generic: template("generic") } });
  assert.match(own.render(facts({ status: 503 })), /<body>own<\/body>/);
  assert.match(own.render(facts({ status: 403, reason: "waf" })), /<body>generic<\/body>/);
  assert.match(look({ pages: { "503": template("own") } }).render(facts()), /The site is not answering/);
});

Deno.test("a whole document keeps its own head, and styles and script find their places", () => {
  const html = "<!doctype html><html><head><title>x</title></head><body><p>y</p></body></html>";
  const page = look({ pages: { generic: { html, css: "p{}", javascript: "1+1" } } }).render(facts());
  assert.equal(
    page,
    "<!doctype html><html><head><title>x</title><style>p{}</style></head><body><p>y</p><script>1+1</script></body></html>",
  );
});

Deno.test("a template's policy runs its one script by hash, and no other", () => {
  const script = "console.log(1)";
  const policy = look({ pages: { generic: { html: "x", css: "", javascript: script } } }).policy(502);
  const hash = createHash("sha256").update(script).digest("base64");
  assert.match(policy, /^default-src 'none'/);
  assert.ok(policy.includes(`script-src 'sha256-${hash}';`));
  assert.doesNotMatch(
    look({ pages: { generic: { html: "x", css: "", javascript: "" } } }).policy(502),
    /script-src/,
  );
});

Deno.test("the application's own failures are replaced where the host says so, and nothing else is", () => {
  const on = look({ intercept: true });
  assert.deepEqual([502, 503, 504, 500, 404, 200].map((status) => on.intercepts(status)), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  assert.equal(COMMON_LOOK.intercepts(502), false);
});

Deno.test("a host has words of its own for what it refuses, in place of the usual ones and nowhere else", () => {
  const own = look({
    blocked_title: "Stop at {{HOST}} <b>",
    blocked_text: "Call us & say ${{incident_id}}.\n\n<script>alert(1)</script> {{HOST}}",
  });
  const refused = facts({ reason: "waf", status: 403, host: HOSTILE });
  const html = own.render(refused);
  assert.match(
    html,
    /<h1>Stop at &quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;\{\{HOST\}\} &lt;b&gt;<\/h1>/,
  );
  assert.match(html, /<p>Call us &amp; say 01JD\.<\/p><p>&lt;script&gt;alert\(1\)&lt;\/script&gt; /);
  assert.doesNotMatch(html, /<script|looked like an attack/);
  assert.match(html, /action="\/_aegis\/report"/);
  // Too many requests, or no answer, is another matter.
  for (const page of [facts({ reason: "rate", status: 429 }), facts()]) {
    assert.doesNotMatch(own.render(page), /Call us|Stop at/);
  }
  assert.match(
    look({ blocked_title: "Halt" }).render(refused),
    /<h1>Halt<\/h1><p>[^<]*looked like an attack/,
  );
});

Deno.test("a host's language stands over what the browser asks for", () => {
  assert.equal(COMMON_LOOK.languageFor("fr;q=0.4, nl"), "nl");
  assert.equal(look({ brand: "Shop" }).languageFor("fr"), "fr");
  const german = look({ language: "de" });
  assert.equal(german.languageFor("fr"), "de");
  const page = german.render(facts({ reason: "waf", status: 403, lang: german.languageFor("fr") }));
  assert.match(page, /<html lang="de">/);
});

Deno.test("the languages that a host can choose are those that there are", () => {
  assert.deepEqual(GATE_LANGUAGES, [...PAGE_LANGUAGES]);
});
