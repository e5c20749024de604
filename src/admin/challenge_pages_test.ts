import assert from "node:assert/strict";
import { sparingOf } from "../../views/pages/traffic/spare.tsx";
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

Deno.test("one click in Traffic leaves a program of one's own out of the challenge", async () => {
  const challenged = "/traffic/01JD8F3K7QW2T9ABCDEFGH0010";
  await visit({}, true, async ({ get, post, fixture }) => {
    assert.match((await get(challenged)).text, /Path \/product and all below it/);
    assert.doesNotMatch((await get("/traffic/01JD8F3K7QW2T9ABCDEFGH0000")).text, /A program of yours/);
    const sent = async (what: string) => {
      assert.equal((await post(`${challenged}/spare`, { csrf: CSRF, what })).status, 303);
      const call = fixture.calls.findLast(({ name }) => name === "hosts.update");
      return (call!.input as { host: { challenge: unknown } }).host.challenge;
    };
    assert.deepEqual(await sent("path"), { exempt_paths: ["/product"] });
    assert.deepEqual(await sent("host"), { mode: "off" });
    assert.equal((await post(`${challenged}/spare`, { csrf: CSRF, what: "all" })).status, 422);
  });
  await visit({ role: "viewer" }, true, async ({ get }) => {
    assert.doesNotMatch((await get(challenged)).text, /A program of yours/);
  });
});

Deno.test("a program is spared by its name, whatever its version; a claimed browser only as a whole", () => {
  const of = (user_agent: string, target = "/") => sparingOf({ user_agent, target });
  assert.deepEqual(of("curl/8.10.1", "/api/v1/users?x=1"), { agent: "curl", path: "/api" });
  assert.deepEqual(of("python-requests/2.32", "/?a"), { agent: "python-requests", path: null });
  assert.equal(
    of("Mozilla/5.0 (compatible; UptimeRobot/2.0)").agent,
    "Mozilla/5.0 (compatible; UptimeRobot/2.0)",
  );
  assert.equal(of("").agent, null);
  assert.equal(of("x".repeat(300)).agent, null);
  assert.equal(of("a", "/%2e%2e/x").path, null);
});
