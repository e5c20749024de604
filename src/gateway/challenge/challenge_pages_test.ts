import assert from "node:assert/strict";
import { DEFAULT_ERROR_PAGES } from "../../core/error_pages.ts";
import { COMMON_LOOK, errorLook } from "../response/error_look.ts";
import { bodyText } from "../../../tests/support/body_text.ts";
import { ChallengePages, type PageKind } from "./challenge_pages.ts";

const KIND: PageKind = {
  languages: "en",
  host: "a.test",
  look: COMMON_LOOK,
  status: 503,
  level: 2,
  hasCheckbox: false,
  underAttack: true,
  minutes: 60,
  waitSeconds: 0,
  serverHeader: "aegis",
  hsts: "",
};

Deno.test("hosts of different looks that are flooded at once cost one rendering each", () => {
  const pages = new ChallengePages();
  const own = { ...KIND, host: "b.test", look: errorLook({ ...DEFAULT_ERROR_PAGES, brand: "Shop" }) };
  const [first, second] = [pages.get(KIND), pages.get(own)];
  assert.ok(pages.get(KIND) === first);
  assert.ok(pages.get(own) === second);
});

Deno.test("everybody reads their own language, whoever was asked right before", () => {
  const pages = new ChallengePages();
  const langs = ["de-DE,de;q=0.9", "fr", undefined, "de-DE,de;q=0.9", "de"].map((languages) => {
    const html = bodyText(pages.get({ ...KIND, languages }).body, ["id", "ticket", ""]);
    return /<html lang="(\w+)"/.exec(html)?.[1];
  });
  assert.deepEqual(langs, ["de", "fr", "en", "de", "de"]);
});

Deno.test("host names without end do not fill the memory", () => {
  const pages = new ChallengePages();
  const first = pages.get(KIND);
  for (let i = 0; i < 64; i++) pages.get({ ...KIND, host: `${i}.a.test` });
  assert.ok(pages.get(KIND) !== first);
});
