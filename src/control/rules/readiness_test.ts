import assert from "node:assert/strict";
import { testFinding } from "../../../tests/support/test_finding.ts";
import { withTraffic } from "../../../tests/support/with_traffic.ts";

const DAY_MS = 86_400_000;

Deno.test("readiness says what enforcing would have refused, by rule, and when a week has been seen", async () => {
  await withTraffic(async ({ made, hostId, log }) => {
    const { clock } = made;
    const empty = await made.do("hosts.readiness", { id: hostId });
    assert.deepEqual([empty.is_ready, empty.days_seen, empty.requests, empty.groups], [false, 0, 0, []]);
    log({ at: clock.now() - 2 * DAY_MS });
    assert.deepEqual((await made.do("hosts.readiness", { id: hostId })).days_seen, 2);
    const ruleId = made.control.rules.builtIn[0]!.rule.id;
    const finding = testFinding({ ruleId });
    log(
      { at: clock.now() - 7 * DAY_MS + 60_000 },
      { action: "detected", findings: [finding], client: "192.0.2.1", target: "/a?q=x" },
      { action: "detected", findings: [finding], client: "192.0.2.2", target: "/b?q=x" },
    );
    const result = await made.do("hosts.readiness", { id: "shop.example" });
    assert.deepEqual([result.mode, result.is_ready, result.would_refuse, result.clients, result.complete], [
      "detect",
      true,
      2,
      2,
      true,
    ]);
    assert.deepEqual(result.groups.map((group) => [group.rules[0]!.id, group.requests, group.clients]), [
      [ruleId, 2, 2],
    ]);
    assert.deepEqual(result.groups[0]!.samples.map(({ client, target }) => [client, target]), [
      ["192.0.2.2", "/b?q=x"],
      ["192.0.2.1", "/a?q=x"],
    ]);
  });
});

Deno.test("what passes by now, or never would be refused, is no longer counted", async () => {
  await withTraffic(async ({ made, hostId, log }) => {
    const rule = made.control.rules.builtIn[0]!.rule;
    const finding = testFinding({ ruleId: rule.id });
    const detected = { action: "detected", findings: [finding], score: 5 } as const;
    log(
      { ...detected, target: "/a?q=x" },
      { ...detected, target: "/b?q=x" },
      { ...detected, target: "/c?q=x", client: "198.51.100.7" },
      { action: "detected", reason: "schema", detail: "no such parameter" },
    );
    const counts = async () => {
      const { would_refuse, excepted } = await made.do("hosts.readiness", { id: hostId });
      return [would_refuse, excepted];
    };
    assert.deepEqual(await counts(), [3, 0]);
    await made.do("exceptions.create", { rule_id: rule.id, host_id: hostId, path: "/a" });
    assert.deepEqual(await counts(), [2, 1]);
    await made.do("hosts.update", { id: hostId, host: { whitelist_cidrs: ["198.51.100.0/24"] } });
    assert.deepEqual(await counts(), [1, 1]);
  });
});

Deno.test("days without the firewall are no days of detecting", async () => {
  await withTraffic(async ({ made, hostId, log }) => {
    const { clock } = made;
    log({ at: clock.now() - 7 * DAY_MS + 60_000 });
    await made.do("hosts.update", { id: hostId, host: { waf: { mode: "off" } } });
    await made.do("hosts.update", { id: hostId, host: { waf: { mode: "detect" } } });
    const { days_seen, is_ready } = await made.do("hosts.readiness", { id: hostId });
    assert.deepEqual([days_seen, is_ready], [0, false]);
  });
});
