import assert from "node:assert/strict";
import { AegisError } from "../../core/errors.ts";
import { makeControl, person } from "../../../tests/support/make_control.ts";
import { testFinding } from "../../../tests/support/test_finding.ts";
import { withTraffic } from "../../../tests/support/with_traffic.ts";

const MINUTE_MS = 60_000;

Deno.test("the log is filtered by host name, action and rule, and tells each row whole", async () => {
  await withTraffic(async ({ made, hostId, log }) => {
    const rule = made.control.rules.builtIn[0]!.rule;
    log({}, {
      action: "blocked",
      status: 403,
      reason: "waf",
      target: "/p?id=1",
      score: 5,
      findings: [testFinding({ ruleId: rule.id, target: "args:id" })],
    });
    const { rows } = await made.do("traffic.query", { host: "shop.example", action: "blocked" });
    assert.deepEqual(rows.map((row) => row.rules), [[{ id: rule.id, name: rule.name }]]);
    assert.equal((await made.do("traffic.query", { exclude: { action: "blocked" } })).rows.length, 1);
    assert.equal((await made.do("traffic.query", { rule: rule.id, status: "403" })).rows.length, 1);
    assert.equal((await made.do("traffic.query", { status: "4xx" })).rows.length, 1);
    assert.equal((await made.do("traffic.query", { exclude: { status: "4xx" } })).rows.length, 1);
    const row = await made.do("traffic.get", { id: rows[0]!.id });
    assert.deepEqual([row.host_id, row.host_name, row.score, row.findings[0]?.target], [
      hostId,
      "shop.example",
      5,
      "args:id",
    ]);
    assert.deepEqual([row.client_facts.requests_24h, row.client_facts.blocked_24h], [2, 1]);
    assert.notEqual(row.neighbours.older, null);
    assert.equal((await made.do("rules.get", { id: rule.id })).findings_24h, 1);
  });
});

Deno.test("a viewer sees addresses masked and cannot find them out by filtering", async () => {
  await withTraffic(async ({ made, log }) => {
    log({});
    const viewer = person("viewer");
    const { rows } = await made.do("traffic.query", {}, viewer);
    assert.equal(rows[0]!.client, "203.0.x.x");
    assert.equal((await made.do("traffic.get", { id: rows[0]!.id }, viewer)).client, "203.0.x.x");
    const dashboard = await made.do("analytics.dashboard", { range: "1h" }, viewer);
    assert.equal(dashboard.top_clients[0]?.client, "203.0.x.x");
    for (const input of [{ client: "203.0.113.77" }, { exclude: { client: "203.0.113.77" } }]) {
      const failed = await made.do("traffic.query", input, viewer).catch((thrown) => thrown);
      assert.ok(failed instanceof AegisError, JSON.stringify(input));
      assert.equal(failed.code, "forbidden");
    }
    for (const [actor, rows] of [[viewer, 0], [person("operator"), 1]] as const) {
      assert.equal((await made.do("traffic.query", { q: "113.77" }, actor)).rows.length, rows);
      assert.equal((await made.do("traffic.query", { q: "shop" }, actor)).rows.length, 1);
    }
    assert.equal(
      (await made.do("traffic.query", { client: "203.0.113.77" }, person("operator"))).rows.length,
      1,
    );
  });
});

Deno.test("an exception made from a request must cover its finding; then gateways get it", async () => {
  await withTraffic(async ({ made, hostId, log }) => {
    const ruleId = made.control.rules.builtIn[0]!.rule.id;
    log({
      action: "blocked",
      reason: "waf",
      target: "/a/../t/reply?x=1",
      findings: [testFinding({ ruleId, target: "args:message" })],
    });
    const { rows: [row] } = await made.do("traffic.query", {});
    const base = { rule_id: ruleId, host_id: hostId, request_id: row!.id };
    for (
      const wrong of [
        { ...base, path: "/other" },
        { ...base, targets: ["args:id"] },
        { ...base, rule_id: made.control.rules.builtIn[1]!.rule.id },
      ]
    ) {
      const failed = await made.do("exceptions.create", wrong).catch((thrown) => thrown);
      assert.ok(failed instanceof AegisError);
      assert.equal(failed.code, "invalid_input");
    }
    const previewed = async (targets: string[]) => {
      const { rule_id, host_id } = base;
      const exceptions = [{ rule_id, host_id, path: "/t/*", targets }];
      const { before, after, findings } = await made.do("exceptions.preview", {
        request_id: row!.id,
        exceptions,
      });
      return [before.refused, after.refused, findings.map((each) => each.passes)];
    };
    assert.deepEqual(await previewed(["args:id"]), [true, true, [false]]);
    assert.deepEqual(await previewed(["args"]), [true, false, [true]]);
    const right = { ...base, path: "/t/*", targets: ["args:message"], note: "members" };
    const exception = await made.do("exceptions.create", right);
    assert.equal(exception.host_name, "shop.example");
    assert.deepEqual(made.sent.at(-1)!.exceptions.map((each) => each.targets), [["args:message"]]);
    assert.equal((await made.do("exceptions.list", { host: "shop.example" })).length, 1);
    await made.do("exceptions.delete", { id: exception.id });
    assert.deepEqual(made.sent.at(-1)!.exceptions, []);
  });
});

Deno.test("an exception is made of each of the refusals that one row counts, where that one went", async () => {
  await withTraffic(async ({ made, hostId, log }) => {
    const ruleId = made.control.rules.builtIn[0]!.rule.id;
    const refused = { action: "blocked", reason: "waf", status: 403, score: 5 } as const;
    log({ ...refused, id: "01JA", target: "/a?x=1", findings: [testFinding({ ruleId, target: "args:x" })] });
    log({ ...refused, id: "01JB", target: "/b?y=1", findings: [testFinding({ ruleId, target: "args:y" })] });
    const { rows } = await made.do("traffic.query", {});
    assert.deepEqual(rows.map(({ id, count }) => [id, count]), [["01JA", 2]]);
    for (const [id, path, targets] of [["01JA", "/a", ["args:x"]], ["01JB", "/b", ["args:y"]]] as const) {
      const shown = await made.do("traffic.get", { id });
      assert.deepEqual(
        [shown.target, shown.score, shown.findings.map(({ target }) => target), shown.counted_in],
        [`${path}?${targets[0]!.slice(-1)}=1`, 5, targets, id === "01JA" ? null : "01JA"],
      );
      const exception = { rule_id: ruleId, host_id: hostId, path, targets: [...targets] };
      const { after } = await made.do("exceptions.preview", { request_id: id, exceptions: [exception] });
      assert.equal(after.refused, false);
      const { verified_by } = await made.do("exceptions.create", { ...exception, request_id: id });
      assert.equal(verified_by, "findings");
    }
  });
});

Deno.test("the dashboard without hosts, without requests, and with some", async () => {
  const empty = await makeControl();
  try {
    const dashboard = await empty.do("analytics.dashboard", {});
    assert.deepEqual([dashboard.headline.state, dashboard.attention[0]?.kind], ["empty", "no-host"]);
    assert.deepEqual([dashboard.totals.blocked_rate, dashboard.totals.latency_p95_ms], [null, null]);
  } finally {
    await empty.close();
  }
  await withTraffic(async ({ made, hostId, log }) => {
    await made.do("hosts.update", { id: hostId, host: { waf: { mode: "enforce" } } });
    assert.equal((await made.do("analytics.dashboard", {})).headline.state, "idle");
    log({}, {}, { action: "blocked", status: 403, reason: "waf" });
    const dashboard = await made.do("analytics.dashboard", { range: "1h" });
    assert.equal(dashboard.headline.state, "quiet");
    assert.deepEqual([dashboard.totals.requests, dashboard.totals.blocked], [3, 1]);
    assert.equal(dashboard.timeline.reduce((sum, point) => sum + point.blocked, 0), 1);
    assert.deepEqual(dashboard.top_hosts.map((host) => [host.name, host.requests]), [["shop.example", 3]]);
    assert.deepEqual(dashboard.attention, []);
    for (const range of ["24h", "7d", "30d"] as const) {
      const longer = await made.do("analytics.dashboard", { range });
      assert.ok(
        longer.timeline.length >= 60 && longer.timeline.length <= 100,
        `${range}: ${longer.timeline.length}`,
      );
    }
  });
});

Deno.test("each part of the dashboard is there by itself, as long as is asked for", async () => {
  await withTraffic(async ({ made, log }) => {
    log({});
    log({ client: "203.0.113.80" });
    const whole = await made.do("analytics.dashboard", { range: "1h" });
    const { timeline, bucket_ms } = await made.do("analytics.timeline", { range: "1h" });
    assert.deepEqual([timeline, bucket_ms], [whole.timeline, whole.bucket_ms]);
    assert.deepEqual((await made.do("analytics.top_hosts", { range: "1h" })).top_hosts, whole.top_hosts);
    assert.deepEqual((await made.do("analytics.top_rules", { range: "1h" })).top_rules, whole.top_rules);
    const { top_clients } = await made.do("analytics.top_ips", { range: "1h", limit: 1 });
    assert.equal(whole.top_clients.length, 2);
    assert.deepEqual(top_clients, whole.top_clients.slice(0, 1));
    const masked = await made.do("analytics.top_ips", { range: "1h", limit: 1 }, person("viewer"));
    assert.equal(masked.top_clients[0]!.client, "203.0.x.x");
  });
});

Deno.test("what needs a person: a target down, a jump of refusals, a host that only detects", async () => {
  await withTraffic(async ({ made, hostId, log }) => {
    const host = await made.do("hosts.get", { id: hostId });
    assert.deepEqual((await made.do("analytics.dashboard", {})).attention.map((item) => item.kind), [
      "detect-only",
    ]);
    made.targetStates.set(host.targets[0]!.id, {
      up: false,
      text: "connection refused",
      checked_at: 1,
      since: 1,
    });
    assert.equal((await made.do("hosts.get", { id: hostId })).state, "down");
    const down = await made.do("analytics.dashboard", {});
    assert.deepEqual(down.attention.map((item) => item.kind), ["target-down", "detect-only"]);
    assert.match(
      down.attention[0]!.text,
      /^connection refused\. shop\.example has no other target that is up\.$/,
    );
    made.clock.advance(2 * MINUTE_MS);
    for (let i = 0; i < 60; i++) {
      log({
        action: "detected",
        client: `192.0.2.${i}`,
        findings: [testFinding({ ruleId: "x", target: "args:q" })],
      });
    }
    const attack = await made.do("analytics.dashboard", {});
    assert.equal(attack.headline.state, "attack");
    assert.match(attack.headline.detail, /does not enforce/);
    assert.deepEqual(attack.attention[0]!.filter, { host: hostId, action: "detected" });
    for (let i = 0; i < 70; i++) log({ action: "blocked", reason: "rate", client: `192.0.2.${i}` });
    const refused = await made.do("analytics.dashboard", {});
    assert.match(refused.headline.text, /under attack, and requests are being refused$/);
    assert.match(refused.attention[0]!.text, /^70 refused, 60 found and let through in the last 10 min/);
    assert.deepEqual(refused.attention[0]!.filter, { host: hostId, action: "blocked" });
  });
});

Deno.test("settings: a patch changes what it names, null restores, and what the file fixes is refused", async () => {
  const made = await makeControl({ config: { declared: { waf: { threshold: 7 }, ban_answer: "close" } } });
  try {
    const first = await made.do("settings.get", {});
    assert.deepEqual([first.waf.threshold, first.ban_answer, first.waf.paranoia_level, first.l4_conn_limit], [
      7,
      "close",
      1,
      50,
    ]);
    const patched = await made.do("settings.update", {
      patch: {
        waf: { paranoia_level: 3 },
        default_site: { kind: "redirect", url: "https://example.com/" },
        blacklist_cidrs: ["192.0.2.9/24"],
      },
    });
    assert.deepEqual(patched.default_site, { kind: "redirect", url: "https://example.com/" });
    assert.deepEqual(patched.blacklist_cidrs, ["192.0.2.0/24"]);
    assert.equal(made.sent.at(-1)!.settings.waf.paranoia_level, 3);
    const back = await made.do("settings.update", {
      patch: { waf: { paranoia_level: null }, default_site: null },
    });
    assert.deepEqual([back.waf.paranoia_level, back.default_site], [1, { kind: "421" }]);
    const failed = await made.do("settings.update", { patch: { waf: { threshold: 4 } } }).catch((thrown) =>
      thrown
    );
    assert.ok(failed instanceof AegisError);
    assert.deepEqual([failed.code, failed.fields[0]?.field], ["read_only", "patch.waf.threshold"]);
    const rows = made.store.audit.list({ limit: 1 });
    assert.deepEqual(rows[0]!.before, {
      waf: { paranoia_level: 3 },
      default_site: { kind: "redirect", url: "https://example.com/" },
    });
  } finally {
    await made.close();
  }
});
