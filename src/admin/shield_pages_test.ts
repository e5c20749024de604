import assert from "node:assert/strict";
import { visit } from "../../tests/support/admin_visit.ts";

const CSRF = "csrf-of-the-fixture";

Deno.test("what holds for a while stands at the top of every page, with the button that ends it", async () => {
  await visit({ attack: true }, true, async ({ get, post, fixture }) => {
    for (const path of ["/", "/traffic", "/hosts/h-wiki", "/settings"]) {
      const { text } = await get(path);
      assert.match(text, /shop\.example\.com<\/a> gets far more requests than usual/, path);
      assert.match(text, /Every host<\/a> is switched to under attack/, path);
      assert.match(text, /wiki\.example\.com<\/a> is not looked after by the firewall/, path);
    }
    const part = await get("/bans", { "hx-request-type": "partial" });
    assert.match(part.text, /is not looked after by the firewall/, "with a fragment of #main too");
    const ended = await post("/hosts/h-wiki/pause-waf", { csrf: CSRF, minutes: "0" });
    assert.equal(ended.status, 303);
    assert.deepEqual(fixture.calls.at(-1)!.input, { id: "h-wiki", minutes: 0 });
  });
});

Deno.test("a viewer sees what holds, and no button to end it", async () => {
  await visit({ attack: true, role: "viewer" }, true, async ({ get }) => {
    const { text } = await get("/hosts/h-wiki");
    assert.match(text, /is not looked after by the firewall/);
    assert.doesNotMatch(text, /End now/);
    assert.doesNotMatch(text, /\/pause-waf/);
    const shield = await get("/shield");
    assert.equal(shield.status, 200);
    assert.doesNotMatch(shield.text, /action="\/shield\/(?:under-attack|proxies\/add)"/);
  });
});

Deno.test("the page Shield trusts a proxy, shows a refused one where it was typed, and tells what was found where", async () => {
  await visit({}, true, async ({ get, post, fixture }) => {
    const { text } = await get("/shield");
    assert.match(text, /\/etc\/csf\/csf\.allow:12/);
    assert.match(text, /Permission denied/);
    const added = await post("/shield/proxies/add", { csrf: CSRF, network: "10.0.0.7", header: "forwarded" });
    assert.equal(added.status, 303);
    const call = fixture.calls.findLast(({ name }) => name === "proxies.add");
    assert.deepEqual(call!.input, { network: "10.0.0.7", header: "forwarded" });
    const refused = await post("/shield/proxies/add", {
      csrf: CSRF,
      network: "nonsense",
      header: "forwarded",
    });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /value="nonsense"/);
  });
});

Deno.test("a ban holds everywhere or on the host that is chosen", async () => {
  await visit({}, true, async ({ get, post, fixture }) => {
    assert.match((await get("/bans")).text, /<option value="h-wiki"[^>]*>wiki\.example\.com<\/option>/);
    for (const [host_id, more] of [["", {}], ["h-wiki", { host_id: "h-wiki" }]] as const) {
      const fields = { csrf: CSRF, network: "203.0.113.9", seconds: "3600", reason: "", host_id };
      assert.equal((await post("/bans", fields)).status, 303);
      const call = fixture.calls.findLast(({ name }) => name === "bans.create");
      assert.deepEqual(call!.input, { network: "203.0.113.9", seconds: 3_600, ...more });
    }
  });
});

Deno.test("only a part that was switched is sent", async () => {
  await visit({}, true, async ({ post, fixture }) => {
    const all = {
      "toggles.geoip": "on",
      "toggles.challenge": "on",
      "toggles.anomaly": "on",
      "toggles.stats": "on",
    };
    await post("/shield/toggles", { csrf: CSRF, ...all });
    const call = fixture.calls.findLast(({ name }) => name === "settings.update");
    assert.deepEqual(call!.input, { patch: { toggles: { waf: false } } });
  });
});
