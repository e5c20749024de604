import assert from "node:assert/strict";
import { AgentBook } from "./agent_book.ts";
import { KNOWN_AGENTS } from "./known_agents.ts";

const AGENTS = new AgentBook(KNOWN_AGENTS);

Deno.test("programs are known by what they call themselves", () => {
  const kindOf = (userAgent: string) => AGENTS.find(userAgent).kind;
  assert.equal(kindOf("sqlmap/1.8#stable (https://sqlmap.org)"), "scanner");
  assert.equal(kindOf("Mozilla/5.0 ... HeadlessChrome/141.0.0.0 Safari/537.36"), "headless");
  assert.equal(kindOf("Scrapy/2.11 (+https://scrapy.org)"), "scraper");
  assert.equal(kindOf("curl/8.5.0"), "library");
  assert.equal(kindOf("Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"), "ai");
  assert.equal(kindOf("Mozilla/5.0 (compatible; ChatGPT-User/1.0; +https://openai.com/bot)"), "ai_assistant");
});

Deno.test("what only looks like a program's name is none", () => {
  for (
    const userAgent of [
      "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
      "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
      "MobileSafari/8621.2.5 CFNetwork/3826.500.131 Darwin/24.5.0",
    ]
  ) {
    assert.equal(AGENTS.find(userAgent).kind, null, userAgent);
  }
  assert.equal(AGENTS.find("my own client, built with curl/8").kind, null);
});

Deno.test("the spec's AI crawlers are all known, and tokens of robots.txt are no user agents", () => {
  for (
    const name of [
      "GPTBot",
      "OAI-SearchBot",
      "ClaudeBot",
      "Claude-SearchBot",
      "Bytespider",
      "Amazonbot",
      "CCBot",
      "cohere-ai",
      "Diffbot",
      "FacebookBot",
      "meta-externalagent",
      "ImagesiftBot",
      "PerplexityBot",
      "YouBot",
      "omgili",
    ]
  ) assert.equal(AGENTS.find(`Mozilla/5.0 (compatible; ${name}/1.0)`).kind, "ai", name);
  for (const name of ["ChatGPT-User", "Claude-User", "Perplexity-User"]) {
    assert.equal(AGENTS.find(`Mozilla/5.0 (compatible; ${name}/1.0)`).kind, "ai_assistant", name);
  }
  for (const name of ["Google-Extended", "Applebot-Extended"]) {
    assert.equal(AGENTS.find(name).kind, null, name);
  }
});

Deno.test("of several kinds the gravest counts", () => {
  const agent = AGENTS.find("curl/8.5.0 sqlmap");
  assert.deepEqual([agent.kind, agent.name, agent.isTool, agent.isLibrary], [
    "scanner",
    "sqlmap",
    true,
    false,
  ]);
});

Deno.test("an operator's own clients are allowed, but never a tool that calls itself so too", () => {
  const book = new AgentBook(KNOWN_AGENTS, [{ text: "our-probe", kind: "allowed" }]);
  assert.equal(book.find("python-requests/2 our-probe").isAllowed, true);
  assert.equal(book.find("our-probe sqlmap/1.8").kind, "scanner");
});

Deno.test("no user agent counts as a program's", () => {
  assert.equal(AGENTS.find(undefined).isLibrary, true);
  assert.equal(AGENTS.find("").isLibrary, true);
});

Deno.test("a flood of user agents pushes out what is remembered, and nothing is found otherwise after it", () => {
  const book = new AgentBook(KNOWN_AGENTS);
  const before = book.find("curl/8.5.0");
  for (let i = 0; i < 10_000; i++) book.find(`agent ${i}`);
  assert.deepEqual(book.find("curl/8.5.0"), before);
  assert.equal(book.find(`curl/8 ${"x".repeat(100_000)}`).kind, "library");
});
