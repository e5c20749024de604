import assert from "node:assert/strict";
import { NO_PUBLISHED_BOTS } from "../../core/bot_list.ts";
import { DEFAULT_HOST_BOTS } from "../../core/host_bots.ts";
import { AI_ASSISTANTS, AI_CRAWLERS, robotsText } from "./robots_txt.ts";

const { robots: EMPTY } = DEFAULT_HOST_BOTS;

Deno.test("without rules everybody may read everything", () => {
  assert.equal(robotsText(EMPTY, false, NO_PUBLISHED_BOTS.ai), "User-agent: *\nAllow: /\n");
});

Deno.test("signals, paths, sitemaps and own lines stand where RFC 9309 looks for them", () => {
  const text = robotsText(
    {
      ...EMPTY,
      search: true,
      ai_train: false,
      disallow: ["/admin/", "/*.pdf$"],
      allow: ["/admin/public"],
      sitemaps: ["https://shop.test/sitemap.xml"],
      custom: ["User-agent: AcmeBot", "Crawl-delay: 10"],
    },
    false,
    NO_PUBLISHED_BOTS.ai,
  );
  assert.equal(
    text,
    [
      "User-agent: *",
      "Content-Signal: search=yes, ai-train=no",
      "Disallow: /admin/",
      "Disallow: /*.pdf$",
      "Allow: /admin/public",
      "",
      "Sitemap: https://shop.test/sitemap.xml",
      "",
      "User-agent: AcmeBot",
      "Crawl-delay: 10",
      "",
    ].join("\n"),
  );
});

Deno.test("AI crawlers are named in a group of their own, with the names that stand only in robots.txt", () => {
  const lines = robotsText({ ...EMPTY, disallow_ai: true }, false, NO_PUBLISHED_BOTS.ai).split("\n");
  const group = lines.slice(0, lines.indexOf(""));
  assert.equal(group.pop(), "Disallow: /");
  assert.deepEqual(group, AI_CRAWLERS.map((name) => `User-agent: ${name}`));
  for (const name of ["GPTBot", "Google-Extended", "Applebot-Extended"]) {
    assert.ok(AI_CRAWLERS.includes(name));
  }
  assert.ok(!lines.includes(`User-agent: ${AI_ASSISTANTS[0]}`));
  assert.match(
    robotsText({ ...EMPTY, disallow_ai: true }, true, NO_PUBLISHED_BOTS.ai),
    /^User-agent: ChatGPT-User$/m,
  );
});
