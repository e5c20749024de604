import assert from "node:assert/strict";
import { visit } from "../../tests/support/admin_visit.ts";

const CSRF = "csrf-of-the-fixture";
const FIXED = /Fixed by the configuration file: change it there and reload\./;

/** The field's own tag. */
function field(text: string, name: string): string {
  const tag = new RegExp(`<[^<>]* name="${RegExp.escape(name)}"[^<>]*>`).exec(text);
  assert.ok(tag !== null, name);
  return tag[0];
}

Deno.test("what the configuration file fixes says so at its field instead of answering a click with a refusal", async () => {
  const fixed = [
    "waf.paranoia_level",
    "waf.threshold",
    "whitelist_cidrs",
    "default_site",
    "proxies.trusted",
    "proxies.cdn",
    "toggles.stats",
    "l7_rate_limit",
    "challenge.mode",
    "bots.agents",
    "blocked_countries",
  ];
  await visit({ fixed }, true, async ({ get, post, fixture }) => {
    const { text: settings } = await get("/settings");
    for (const name of ["waf.threshold", "whitelist_cidrs", "default_site.url"]) {
      assert.match(field(settings, name), /readonly/, name);
    }
    assert.match(field(settings, "default_site.kind"), /disabled/);
    assert.doesNotMatch(field(settings, "l4_conn_limit"), /readonly/);
    assert.match(settings, FIXED);
    const { text: rules } = await get("/rules");
    assert.match(rules, FIXED);
    const { text: shield } = await get("/shield");
    assert.doesNotMatch(shield, /action="\/shield\/proxies\/(?:add|remove)"/, "neither Trust nor Remove");
    assert.match(field(shield, "toggles.stats"), /disabled/);
    assert.match(field(shield, "proxies.cdn.cloudflare"), /disabled/);
    assert.match(field(shield, "challenge.mode"), /disabled/);
    assert.match(field(shield, "l7_rate_limit"), /readonly/);
    assert.doesNotMatch(field(shield, "l7_burst_limit"), /readonly/);
    const { text: countries } = await get("/settings/geolocation");
    assert.match(field(countries, "blocked_countries"), /readonly/);

    // A whole form is sent all the same, and what is fixed is no part of the change.
    const sent: Record<string, string> = { csrf: CSRF };
    for (
      const [, name, value] of shield.matchAll(
        /<input type="hidden" name="(toggles\.[^"]+)" value="([^"]*)"/g,
      )
    ) {
      sent[name!] = value!;
    }
    assert.deepEqual(Object.keys(sent), ["csrf", "toggles.stats"]);
    await post("/shield/toggles", {
      ...sent,
      "toggles.waf": "on",
      "toggles.challenge": "on",
      "toggles.anomaly": "on",
    });
    const call = fixture.calls.findLast(({ name }) => name === "settings.update");
    assert.deepEqual(call!.input, { patch: { toggles: { geoip: false } } });
  });
});

Deno.test("nothing is said of the file where it fixes nothing", async () => {
  await visit({}, true, async ({ get }) => {
    for (const path of ["/settings", "/shield", "/rules", "/settings/geolocation"]) {
      assert.doesNotMatch((await get(path)).text, FIXED, path);
    }
  });
});
