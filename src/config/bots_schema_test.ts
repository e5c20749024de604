import assert from "node:assert/strict";
import { DEFAULT_HOST_BOTS } from "../core/host_bots.ts";
import { BotSettings, BotsInput } from "./bots_schema.ts";

Deno.test("what is left out is as usual", () => {
  assert.deepEqual(BotsInput.parse({}), DEFAULT_HOST_BOTS);
});

Deno.test("no entry of robots.txt can write a line of its own", () => {
  const robots = (fields: object) => BotsInput.safeParse({ robots: fields }).success;
  for (const end of ["\n", "\r", "\r\n", "\u0085", "\u2028", "\0", "\x0b"]) {
    const text = `${end}User-agent: *`;
    assert.equal(robots({ disallow: [`/a${text}`] }), false, JSON.stringify(end));
    assert.equal(robots({ allow: [`/a${text}`] }), false, JSON.stringify(end));
    assert.equal(robots({ custom: [`# a${text}`] }), false, JSON.stringify(end));
    assert.equal(robots({ sitemaps: [`https://shop.test/${text}`] }), false, JSON.stringify(end));
  }
  assert.equal(robots({ disallow: ["admin"] }), false);
  assert.equal(robots({ disallow: ["/a b"] }), false);
  assert.equal(robots({ sitemaps: ["ftp://shop.test/a"] }), false);
  assert.equal(
    robots({ disallow: ["/*.pdf$"], custom: ["# café"], sitemaps: ["https://shop.test/s.xml"] }),
    true,
  );
});

Deno.test("user agents that would match nearly everybody are refused", () => {
  const agents = (text: string) => BotSettings.partial().safeParse({ agents: [{ text, kind: "scraper" }] });
  assert.equal(agents("a").success, false);
  assert.equal(agents("é".repeat(5)).success, false);
  assert.deepEqual(agents(" AcmeBot ").data, { agents: [{ text: "acmebot", kind: "scraper" }] });
});
