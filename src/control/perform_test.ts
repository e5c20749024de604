import assert from "node:assert/strict";
import { AegisError } from "../core/errors.ts";
import { ROLES } from "../core/role.ts";
import { makeControl, person } from "../../tests/support/make_control.ts";
import { CONTRACT, LOCAL_ACTOR, nobody, type OperationName } from "./operation.ts";
import { authorise, perform } from "./perform.ts";

const NAMES = Object.keys(CONTRACT) as OperationName[];

/** The lowest that may call each operation. Written out, so that a slip in a contract shows here. */
const LOWEST: Readonly<Record<OperationName, string>> = {
  "setup.status": "anyone",
  "setup.complete": "anyone",
  "setup.link": "local",
  "setup.user": "local",
  "auth.login": "anyone",
  "auth.resolve": "anyone",
  "auth.logout": "anyone",
  "sessions.list": "viewer",
  "sessions.revoke": "viewer",
  "users.list": "admin",
  "users.create": "admin",
  "users.set_password": "viewer",
  "users.set_role": "admin",
  "users.set_enabled": "admin",
  "users.delete": "admin",
  "hosts.list": "viewer",
  "hosts.get": "viewer",
  "transforms.list": "viewer",
  "transforms.add": "operator",
  "transforms.replace": "operator",
  "transforms.delete": "operator",
  "transforms.order": "operator",
  "hosts.create": "operator",
  "hosts.update": "operator",
  "hosts.delete": "operator",
  "hosts.set_enabled": "operator",
  "hosts.targets": "viewer",
  "hosts.readiness": "viewer",
  "hosts.canary": "viewer",
  "hosts.canary_promote": "operator",
  "hosts.canary_rollback": "operator",
  "hosts.canary_reset": "operator",
  "hosts.test": "operator",
  "hosts.test_tls": "operator",
  "proxies.list": "viewer",
  "proxies.reload": "operator",
  "proxies.add": "admin",
  "proxies.remove": "admin",
  "proxies.refresh_cdn": "admin",
  "challenge.status": "viewer",
  "shield.status": "viewer",
  "bots.explain": "viewer",
  "bots.lists": "viewer",
  "bots.take_list": "admin",
  "bots.reset_list": "admin",
  "limits.status": "viewer",
  "reputation.get": "viewer",
  "reputation.reset": "operator",
  "shield.banners": "viewer",
  "shield.under_attack": "operator",
  "hosts.under_attack": "operator",
  "hosts.maintenance": "operator",
  "hosts.pause_waf": "operator",
  "certificates.list": "viewer",
  "certificates.show": "viewer",
  "certificates.upload": "operator",
  "certificates.delete": "operator",
  "streams.list": "viewer",
  "streams.get": "viewer",
  "streams.create": "operator",
  "streams.update": "operator",
  "streams.delete": "operator",
  "streams.set_enabled": "operator",
  "streams.stats": "viewer",
  "streams.connections": "viewer",
  "streams.validate_port": "operator",
  "releases.list": "viewer",
  "releases.import": "admin",
  "releases.compare": "viewer",
  "releases.activate": "admin",
  "releases.back": "admin",
  "releases.delete": "admin",
  "rules.list": "viewer",
  "rules.get": "viewer",
  "rules.create": "operator",
  "rules.update": "operator",
  "rules.switch": "operator",
  "rules.test": "viewer",
  "rules.backtest": "viewer",
  "rules.bench": "operator",
  "rules.lint": "viewer",
  "rules.run_tests": "viewer",
  "rules.import": "operator",
  "rules.sets": "viewer",
  "rules.import_set": "operator",
  "rules.export": "viewer",
  "rules.delete": "operator",
  "exceptions.list": "viewer",
  "exceptions.create": "operator",
  "exceptions.preview": "viewer",
  "exceptions.delete": "operator",
  "correlation.list": "viewer",
  "correlation.get": "viewer",
  "correlation.lift": "operator",
  "traffic.reports": "viewer",
  "traffic.close_report": "operator",
  "bans.list": "viewer",
  "bans.export": "viewer",
  "bans.create": "operator",
  "bans.delete": "operator",
  "lists.list": "viewer",
  "lists.create": "operator",
  "lists.update": "operator",
  "lists.refresh": "operator",
  "lists.delete": "operator",
  "traffic.query": "viewer",
  "traffic.get": "viewer",
  "traffic.evidence": "operator",
  "traffic.replay": "operator",
  "analytics.dashboard": "viewer",
  "analytics.timeline": "viewer",
  "analytics.top_ips": "viewer",
  "analytics.top_hosts": "viewer",
  "analytics.top_rules": "viewer",
  "analytics.geo": "viewer",
  "geo.status": "viewer",
  "smtp.list": "admin",
  "smtp.create": "admin",
  "smtp.update": "admin",
  "smtp.delete": "admin",
  "smtp.test": "admin",
  "webhooks.list": "admin",
  "webhooks.create": "admin",
  "webhooks.update": "admin",
  "webhooks.delete": "admin",
  "webhooks.test": "admin",
  "notifications.list": "admin",
  "notifications.resend": "admin",
  "geo.look_up": "viewer",
  "schemas.list": "viewer",
  "schemas.get": "viewer",
  "schemas.create": "operator",
  "schemas.update": "operator",
  "schemas.ingest": "operator",
  "schemas.refresh": "operator",
  "schemas.set_rule": "operator",
  "schemas.delete": "operator",
  "settings.get": "viewer",
  "settings.fixed": "viewer",
  "settings.update": "admin",
  "system.status": "viewer",
  "system.reload": "admin",
  "system.trust_bundle": "anyone",
  "audit.list": "admin",
};

function outcome(run: () => void): string {
  try {
    run();
    return "allowed";
  } catch (thrown) {
    assert.ok(thrown instanceof AegisError);
    return thrown.code;
  }
}

Deno.test("every operation lets exactly those call it who may", () => {
  for (const name of NAMES) {
    const lowest = LOWEST[name];
    const { role } = CONTRACT[name];
    assert.equal(role, lowest, name);
    const open = lowest === "anyone";
    assert.equal(
      outcome(() => authorise(nobody("192.0.2.1"), role)),
      open ? "allowed" : lowest === "local" ? "forbidden" : "not_signed_in",
      `${name} by nobody`,
    );
    for (const each of ROLES) {
      const may = open || (lowest !== "local" && ROLES.indexOf(each) >= ROLES.indexOf(lowest as typeof each));
      assert.equal(
        outcome(() => authorise(person(each), role)),
        may ? "allowed" : "forbidden",
        `${name} by ${each}`,
      );
    }
    assert.equal(outcome(() => authorise(LOCAL_ACTOR, role)), "allowed", `${name} by the terminal`);
  }
});

Deno.test("who may not call an operation does not learn what its input should be", async () => {
  const made = await makeControl();
  try {
    for (const name of NAMES.filter((each) => CONTRACT[each].role !== "anyone")) {
      const failed = await perform(made.control, nobody("192.0.2.1"), name, { nonsense: true }).catch((
        thrown,
      ) => thrown);
      assert.ok(failed instanceof AegisError);
      assert.ok(failed.code === "not_signed_in" || failed.code === "forbidden", `${name}: ${failed.code}`);
      assert.deepEqual(failed.fields, []);
    }
  } finally {
    await made.close();
  }
});

Deno.test("every input is refused with a field and a remedy where a key is unknown", async () => {
  const made = await makeControl();
  try {
    for (const name of NAMES) {
      const failed = await perform(made.control, LOCAL_ACTOR, name, { nonsense_key: 1 }).catch((thrown) =>
        thrown
      );
      assert.ok(failed instanceof AegisError, name);
      assert.equal(failed.code, "invalid_input", name);
      assert.ok(failed.fields.length > 0, name);
    }
  } finally {
    await made.close();
  }
});

Deno.test("a change that does not compile leaves nothing behind and says why", async () => {
  const made = await makeControl({
    parts: {
      check: (snapshot) => {
        if (snapshot.hosts.length > 0) throw new AegisError("invalid_input", "the second half is missing");
      },
    },
  });
  try {
    const input = { host: { domains: ["a.example"], targets: [{ url: "http://127.0.0.1:1" }] } };
    await assert.rejects(made.do("hosts.create", input), /the second half is missing/);
    assert.deepEqual(made.store.hosts.list(), []);
    assert.deepEqual(made.store.audit.list({ limit: 10 }), []);
    assert.deepEqual(made.sent, []);
  } finally {
    await made.close();
  }
});

Deno.test("a change is stored, audited without secrets, and sent", async () => {
  const made = await makeControl();
  try {
    const actor = person("owner");
    const password = "wandering lilac turbine";
    await made.do("users.create", { name: "mira", password, role: "operator" }, actor);
    await made.do(
      "hosts.create",
      { host: { domains: ["a.example"], targets: [{ url: "http://127.0.0.1:1" }] } },
      actor,
    );
    const rows = made.store.audit.list({ limit: 10 });
    assert.deepEqual(rows.map((row) => [row.operation, row.subject, row.actorName, row.address]), [
      ["hosts.create", "a.example", "owner", "198.51.100.7"],
      ["users.create", "mira", "owner", "198.51.100.7"],
    ]);
    assert.doesNotMatch(JSON.stringify(rows), /turbine|argon2|passwordHash/);
    assert.equal(made.store.audit.verify().ok, true);
    assert.deepEqual(made.sent.map((snapshot) => [snapshot.version, snapshot.hosts.length]), [[1, 1]]);
  } finally {
    await made.close();
  }
});
