import assert from "node:assert/strict";
import { withTraffic } from "../../tests/support/with_traffic.ts";

const DAY_MS = 86_400_000;

Deno.test("readiness says what enforcing would have refused, by rule, and when a week has been seen", async () => {
  await withTraffic(async ({ made, hostId, log }) => {
    const { clock } = made;
    const empty = await made.do("hosts.readiness", { id: hostId });
    assert.deepEqual([empty.is_ready, empty.days_seen, empty.requests, empty.groups], [false, 0, 0, []]);
    log({ at: clock.now() - 2 * DAY_MS });
    assert.deepEqual((await made.do("hosts.readiness", { id: hostId })).days_seen, 2);
    const ruleId = made.control.rules.builtIn[0]!.rule.id;
    const finding = {
      source: "rule" as const,
      ruleId,
      ruleName: "x",
      family: "f",
      severity: "critical" as const,
      action: "block" as const,
      points: 5,
      phase: "request-headers" as const,
      target: "args:q",
      value: "x",
      steps: [],
      span: [0, 1] as const,
    };
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
  });
});
