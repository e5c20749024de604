import assert from "node:assert/strict";
import { visit } from "../../tests/support/admin_visit.ts";

const CSRF = "csrf-of-the-fixture";

Deno.test("the page Shield shows what became of challenges, and changes who is asked", async () => {
  await visit({}, true, async ({ get, post, fixture }) => {
    assert.match((await get("/shield")).text, /1,840 pages sent, 412 passed, 37 failed proofs/);
    const saved = await post("/shield/challenge", { csrf: CSRF, "challenge.mode": "always" });
    assert.equal(saved.status, 303);
    const call = fixture.calls.findLast(({ name }) => name === "settings.update");
    assert.deepEqual(call!.input, { patch: { challenge: { mode: "always" } } });
  });
});

Deno.test("the tab Challenge of a host saves all of its fields", async () => {
  await visit({}, true, async ({ get, post, fixture }) => {
    assert.match((await get("/hosts/h-wiki/challenge")).text, /Browsers without scripts may wait/);
    await post("/hosts/h-wiki/challenge", {
      csrf: CSRF,
      version: "1",
      "challenge.mode": "",
      "challenge.no_script": "on",
      "challenge.minutes": "90",
      "challenge.bind": "address",
      "challenge.exempt_paths": "/api/\r\n/health",
      "challenge.exempt_cidrs": "192.0.2.0/24",
      "challenge.exempt_agents": "Uptime Robot/2\r\n\r\nStatusCake",
    });
    const call = fixture.calls.findLast(({ name }) => name === "hosts.update");
    assert.deepEqual((call!.input as { host: unknown }).host, {
      challenge: {
        mode: null,
        no_script: true,
        minutes: 90,
        bind: "address",
        exempt_paths: ["/api/", "/health"],
        exempt_cidrs: ["192.0.2.0/24"],
        exempt_agents: ["Uptime Robot/2", "StatusCake"],
      },
    });
  });
});
