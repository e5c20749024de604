import assert from "node:assert/strict";
import { visit } from "../../tests/support/admin_visit.ts";

const CSRF = "csrf-of-the-fixture";

Deno.test("the page Shield changes what is done with bots, and shows a line that cannot be read where it stands", async () => {
  await visit({}, true, async ({ get, post, fixture }) => {
    assert.match((await get("/shield")).text, /What looks automated/);
    const saved = await post("/shield/bots", {
      csrf: CSRF,
      "bots.action": "block",
      "bots.agents": "AcmeBot/1: 2: scraper\r\n\r\n",
      "bots.ai_list_url": "",
      "bots.refresh_lists": "on",
    });
    assert.equal(saved.status, 303);
    const call = fixture.calls.findLast(({ name }) => name === "settings.update");
    assert.deepEqual(call!.input, {
      patch: { bots: { action: "block", agents: [{ text: "acmebot/1: 2", kind: "scraper" }] } },
    });
    const refused = await post("/shield/bots", {
      csrf: CSRF,
      "bots.action": "block",
      "bots.agents": "acmebot: nonsense",
      "bots.ai_list_url": "",
    });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /cannot be read/);
  });
});

Deno.test("the preview of robots.txt is what was typed, or what is wrong with it; saved it goes to the host", async () => {
  await visit({}, true, async ({ get, post, fixture }) => {
    const typed = {
      csrf: CSRF,
      "bots.action": "",
      "bots.block_ai": "on",
      "bots.robots.enabled": "on",
      "bots.robots.ai_train": "no",
      "bots.robots.disallow": "/admin/\r\n/*.pdf$",
      "bots.robots.custom": "User-agent: <b>\r\nDisallow: /",
    };
    const { text } = await post("/hosts/h-wiki/robots-preview", typed);
    assert.match(text, /Content-Signal: ai-train=no/);
    assert.match(text, /Disallow: \/admin\//);
    assert.match(text, /User-agent: &lt;b&gt;/);
    const wrong = await post("/hosts/h-wiki/robots-preview", { ...typed, "bots.robots.disallow": "admin" });
    assert.match(wrong.text, /is no path/);
    assert.match((await get("/hosts/h-wiki/robots-preview")).text, /^User-agent: \*/m);
    await post("/hosts/h-wiki/bots", { ...typed, version: "1" });
    const call = fixture.calls.findLast(({ name }) => name === "hosts.update");
    const { bots } =
      (call!.input as { host: { bots: { block_ai: boolean; robots: { disallow: string[] } } } }).host;
    assert.deepEqual([bots.block_ai, bots.robots.disallow], [true, ["/admin/", "/*.pdf$"]]);
  });
});

Deno.test("the page Shield shows how published lists of crawlers stand, and fetches one by a click", async () => {
  await visit({}, true, async ({ get, post, fixture }) => {
    const { text } = await get("/shield");
    assert.match(text, /Published lists/);
    assert.match(text, /is no network/);
    const fetched = await post("/shield/bots/list", { csrf: CSRF, name: "bing" });
    assert.equal(fetched.status, 303);
    assert.deepEqual(fixture.calls.findLast(({ name }) => name === "bots.take_list")!.input, {
      name: "bing",
    });
  });
});
