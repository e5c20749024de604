import assert from "node:assert/strict";
import { makeControl, person } from "../../../tests/support/make_control.ts";
import { AegisError } from "../../core/errors.ts";
import type { AlarmLevel } from "../../gateway/shared_alarm.ts";
import type { AlarmFigures } from "./alarm_watch.ts";

const HOST = { host: { domains: ["a.test"], targets: [{ url: "http://127.0.0.1:9" }] } };

Deno.test("what an operator switches on for a while reaches the gateways, is shown, and ends by itself", async () => {
  const made = await makeControl();
  try {
    const { id } = await made.do("hosts.create", HOST);
    const started = made.clock.now();
    const host = await made.do("hosts.maintenance", { id: "a.test", minutes: 30 }, person("operator"));
    assert.deepEqual(host.switches, {
      under_attack: null,
      maintenance: started + 1_800_000,
      waf_pause: null,
    });
    await made.do("hosts.pause_waf", { id });
    await made.do("hosts.under_attack", { id, minutes: 60 });
    const all = await made.do("shield.under_attack", { minutes: 120 });
    assert.deepEqual([all.level, all.text], [
      "operator",
      "switched to under attack; one host is under attack",
    ]);
    assert.deepEqual(
      made.sent.at(-1)!.switches.map(({ kind, hostId, until }) => [kind, hostId, until - started]),
      [
        ["waf_pause", id, 900_000],
        ["maintenance", id, 1_800_000],
        ["under_attack", id, 3_600_000],
        ["under_attack", null, 7_200_000],
      ],
    );
    assert.deepEqual((await made.do("shield.banners", {})).map(({ kind, host_name }) => [kind, host_name]), [
      ["waf_pause", "a.test"],
      ["maintenance", "a.test"],
      ["under_attack", "a.test"],
      ["under_attack", null],
    ]);
    const { rows } = await made.do("audit.list", {});
    assert.equal(rows[0]!.action, "shield.under_attack");

    made.clock.advance(1_800_000);
    const status = await made.do("shield.status", {});
    assert.deepEqual(status.hosts[0], {
      id,
      name: "a.test",
      own_level: "operator",
      level: "operator",
      text: "switched to under attack",
      rps: null,
      usual: null,
      under_attack_until: started + 3_600_000,
      maintenance_until: null,
      waf_paused_until: null,
    });

    const ended = await made.do("shield.under_attack", { minutes: 0 });
    assert.deepEqual([ended.level, ended.hosts[0]?.level], ["none", "operator"]);
    await made.do("hosts.under_attack", { id, minutes: 0 });
    assert.deepEqual(made.sent.at(-1)!.switches, []);
    const sent = made.sent.length;
    await made.do("hosts.under_attack", { id, minutes: 0 });
    assert.equal(made.sent.length, sent, "what is off already changes nothing");
  } finally {
    await made.close();
  }
});

Deno.test("switches outlast a restart, and a host of the configuration file has them too", async () => {
  const first = await makeControl();
  await first.do("hosts.create", HOST);
  await first.do("hosts.maintenance", { id: "a.test", minutes: 30 });
  await first.close("keep");
  const again = await makeControl({ dataDir: first.config.data_dir, clock: first.clock });
  try {
    assert.equal((await again.do("shield.banners", {}))[0]!.kind, "maintenance");
  } finally {
    await again.close();
  }
});

Deno.test("the firewall is paused for a day at most, and viewers switch nothing", async () => {
  const made = await makeControl();
  try {
    const { id } = await made.do("hosts.create", HOST);
    await assert.rejects(made.do("hosts.pause_waf", { id, minutes: 1_441 }), { code: "invalid_input" });
    await assert.rejects(
      made.do("hosts.pause_waf", { id, minutes: 1 }, person("viewer")),
      (thrown: AegisError) => thrown.code === "forbidden",
    );
  } finally {
    await made.close();
  }
});

Deno.test("parts are switched by the settings, and the next snapshot has it", async () => {
  const made = await makeControl();
  try {
    await made.do("settings.update", { patch: { toggles: { waf: false } } });
    assert.deepEqual(made.sent.at(-1)!.settings.toggles, {
      waf: false,
      geoip: true,
      challenge: true,
      anomaly: true,
      stats: true,
    });
  } finally {
    await made.close();
  }
});

Deno.test("while everything is under attack a quiet host says that it is asked with the others, and a loud one why", async () => {
  const levels = new Map<string | null, AlarmLevel>([[null, "statistics"]]);
  const raised: string[] = [];
  const alarm: AlarmFigures = {
    level: (id) => levels.get(id) ?? levels.get(null)!,
    raised: () => raised,
    rate: () => ({ rps: null, usual: null }),
    inFlight: () => 0,
  };
  const made = await makeControl({ parts: { alarm } });
  try {
    const { id } = await made.do("hosts.create", HOST);
    await made.do("hosts.create", { host: { ...HOST.host, domains: ["b.test"] } });
    const said = async () => {
      const { text, hosts } = await made.do("shield.status", {});
      return [text, ...hosts.toSorted((a, b) => a.name < b.name ? -1 : 1).map((host) => host.text)];
    };
    assert.deepEqual(await said(), [
      "far more requests than usual",
      "asked like every host; nothing unusual here",
      "asked like every host; nothing unusual here",
    ]);
    raised.push(id);
    levels.set(null, "none").set(id, "statistics");
    assert.deepEqual(await said(), [
      "as usual; one host is under attack",
      "far more requests than usual",
      "as usual",
    ]);
  } finally {
    await made.close();
  }
});
