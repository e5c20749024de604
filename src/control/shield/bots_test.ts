import assert from "node:assert/strict";
import { DEFAULT_BOT_SETTINGS, DEFAULT_HOST_BOTS } from "../../core/host_bots.ts";
import { PRESETS } from "../../config/presets.ts";
import { makeControl } from "../../../tests/support/make_control.ts";

const SHOP = { domains: ["shop.test"], targets: [{ url: "http://127.0.0.1:9" }] };

Deno.test("what is done with bots changes field by field", async () => {
  const made = await makeControl();
  try {
    const { id, bots } = await made.do("hosts.create", { host: SHOP });
    assert.deepEqual(bots, DEFAULT_HOST_BOTS);
    await made.do("hosts.update", { id, host: { bots: { block_ai: true, robots: { disallow: ["/a"] } } } });
    const host = await made.do("hosts.update", { id, host: { bots: { robots: { enabled: true } } } });
    assert.equal(host.bots.block_ai, true);
    assert.deepEqual([host.bots.robots.enabled, host.bots.robots.disallow], [true, ["/a"]]);

    const settings = await made.do("settings.update", {
      patch: { bots: { agents: [{ text: "AcmeBot", kind: "scraper" }] } },
    });
    assert.deepEqual(settings.bots, {
      ...DEFAULT_BOT_SETTINGS,
      agents: [{ text: "acmebot", kind: "scraper" }],
    });
    const back = await made.do("settings.update", { patch: { bots: { agents: null } } });
    assert.deepEqual(back.bots.agents, []);
  } finally {
    await made.close();
  }
});

Deno.test("a line of robots.txt that would be two is refused with its place", async () => {
  const made = await makeControl();
  try {
    const host = { ...SHOP, bots: { robots: { custom: ["a", "b\nDisallow: /"] } } };
    await assert.rejects(
      () => made.do("hosts.create", { host }),
      (error: { fields: { field: string }[] }) => error.fields[0]!.field === "host.bots.robots.custom.1",
    );
  } finally {
    await made.close();
  }
});

Deno.test("the preset decides what is done where nobody says otherwise", () => {
  const actions = Object.values(PRESETS).map(({ bots }) => bots.action);
  assert.deepEqual(actions, ["challenge", "challenge", "block"]);
});

Deno.test("an operator learns why a client looks automated, and by what a rule can know it", async () => {
  const made = await makeControl();
  try {
    const headers = ["Host: shop.test", "User-Agent: curl/8.5.0", "Accept: */*"];
    const found = await made.do("bots.explain", { headers, protocol: "HTTP/2", tls: true });
    assert.deepEqual([found.score, found.looks_automated], [6, true]);
    assert.deepEqual(found.agent, { kind: "library", text: "curl/" });
    assert.match(found.fingerprint, /^o[0-9a-f]{16}$/);
    await assert.rejects(
      () => made.do("bots.explain", { headers: ["Host: a", "nonsense"] }),
      (error: { fields: { field: string }[] }) => error.fields[0]!.field === "headers.1",
    );
  } finally {
    await made.close();
  }
});
