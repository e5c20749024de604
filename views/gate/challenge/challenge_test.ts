import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { lookPolicy } from "../look.ts";
import { GATE_LANGUAGES } from "../messages.ts";
import {
  CHALLENGE_POLICY,
  type ChallengePage,
  renderChallengePage,
  renderNoCookiePage,
  renderWaitPage,
} from "./challenge.ts";

const PAGE: ChallengePage = {
  requestId: "01JD8F3K7QW2T9",
  ticket: "v1.a.b.c",
  bits: 16,
  parts: 8,
  host: "shop.example.com",
  lang: "en",
  look: null,
  hasCheckbox: false,
  underAttack: false,
  minutes: 60,
  wait: null,
};

Deno.test("the page is one small document in every language", () => {
  for (const lang of GATE_LANGUAGES) {
    const page = renderChallengePage({ ...PAGE, lang });
    assert.ok(page.includes(`<html lang="${lang}">`));
    assert.ok(new TextEncoder().encode(page).length < 16_384, lang);
    assert.doesNotMatch(page, /\b(?:src|href)="[^"]+"/);
  }
});

Deno.test("the policy allows exactly the script and the styles that the page carries", () => {
  const page = renderChallengePage(PAGE);
  const parts = [...page.matchAll(/<(?:script|style)>([^]*?)<\/(?:script|style)>/g)].map(([, text]) => text!);
  assert.equal(parts.length, 3);
  for (const part of parts) {
    assert.ok(CHALLENGE_POLICY.includes(`'sha256-${createHash("sha256").update(part).digest("base64")}'`));
  }
  assert.doesNotMatch(CHALLENGE_POLICY, /unsafe|\*|https?:/);
  assert.doesNotMatch(page, / on[a-z]+=| style="/);
});

Deno.test("the script that is sent is the one that was written, without its comments", () => {
  const script = /<script>([^]*?)<\/script>/.exec(renderChallengePage(PAGE))![1]!;
  assert.ok(script.startsWith("function solver("));
  assert.ok(!script.includes("/*") || script.includes("/* No storage"));
  new Function(script);
});

Deno.test("a checkbox is there only where it is asked for, and nothing is said about doing nothing then", () => {
  assert.doesNotMatch(renderChallengePage(PAGE), /checkbox/);
  const page = renderChallengePage({ ...PAGE, hasCheckbox: true });
  assert.match(page, /<input type="checkbox" id="box"/);
  assert.doesNotMatch(page, /nothing you have to do/);
});

Deno.test("without scripts a visitor is told so, or led on after waiting", () => {
  assert.doesNotMatch(renderChallengePage(PAGE), /http-equiv="refresh"/);
  const wait = { url: "/_aegis/challenge/wait?token=a&to=%2Fx", seconds: 10 };
  const page = renderChallengePage({ ...PAGE, wait });
  assert.match(
    page,
    /<noscript><meta http-equiv="refresh" content="10; url=\/_aegis\/challenge\/wait\?token=a&amp;to=/,
  );
  assert.match(
    renderWaitPage({ host: "", lang: "de", look: null, wait: { ...wait, seconds: 3 } }),
    /warten Sie 3 /,
  );
});

Deno.test("hostile names and looks cannot leave their place", () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror='a()'>`;
  const look = {
    brand: hostile,
    logo: "",
    accentColor: "#123456",
    contactEmail: hostile,
    contactUrl: hostile,
  };
  const pages = [
    renderChallengePage({ ...PAGE, host: hostile, requestId: hostile, ticket: hostile, lang: hostile, look }),
    renderNoCookiePage({ host: hostile, lang: "en", look, back: hostile }),
  ];
  for (const page of pages) assert.doesNotMatch(page, /<script>alert|<img/);
  assert.match(lookPolicy(CHALLENGE_POLICY, look), /script-src 'sha256-/);
});
