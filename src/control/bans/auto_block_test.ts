import assert from "node:assert/strict";
import type { Offence } from "../../core/offence.ts";
import { type MadeControl, makeControl } from "../../../tests/support/make_control.ts";
import { until } from "../../../tests/support/until.ts";
import { AutoBlock } from "./auto_block.ts";

const HOST = { domains: ["shop.example"], targets: [{ url: "http://127.0.0.1:3000" }] };

interface Setting {
  readonly made: MadeControl;
  readonly hostId: string;
  /** Passes that were taken back. */
  readonly revoked: readonly string[];
  strike(client: string, severity?: Offence["severity"], pass?: string): void;
  /** Networks that are banned, once there are so many. */
  banned(count: number): Promise<string[]>;
}

async function withBlocking(run: (setting: Setting) => Promise<void>): Promise<void> {
  const made = await makeControl();
  const revoked: string[] = [];
  const block = new AutoBlock(made.control, (passes) => void revoked.push(...passes));
  try {
    const { id: hostId } = await made.do("hosts.create", { host: HOST });
    const list = () => made.store.bans.list(made.clock.now());
    await run({
      made,
      hostId,
      revoked,
      strike: (client, severity = "high", pass) =>
        block.note([{ hostId, client, severity, ruleId: "sqli-1", ...(pass === undefined ? {} : { pass }) }]),
      banned: async (count) => {
        await until("the bans are in the table", () => list().length >= count);
        return list().map((ban) => ban.network);
      },
    });
  } finally {
    block.close();
    made.control.banDesk.close();
    await made.close();
  }
}

Deno.test("a critical finding blocks at once, others at the third refusal in ten minutes", async () => {
  await withBlocking(async ({ made, hostId, strike, banned }) => {
    strike("203.0.113.1", "critical");
    assert.deepEqual(await banned(1), ["203.0.113.1"]);
    const [ban] = made.store.bans.list(made.clock.now());
    assert.deepEqual([ban!.hostId, ban!.origin, ban!.expiresAt! - ban!.createdAt], [
      hostId,
      "automatic",
      3_600_000,
    ]);
    strike("203.0.113.2");
    strike("203.0.113.2");
    made.clock.advance(601_000);
    strike("203.0.113.2");
    strike("203.0.113.3", "medium");
    strike("2001:db8::1");
    strike("2001:db8::2");
    strike("2001:db8::3");
    assert.deepEqual((await banned(2)).sort(), ["2001:db8::/64", "203.0.113.1"]);
    assert.deepEqual(made.sent.at(-1)!.bans.length, 2);
    const audit = await made.do("audit.list", {});
    assert.ok(audit.rows.some((row) => row.actor_kind === "system" && row.subject === "2001:db8::/64"));
  });
});

Deno.test("a client with a pass loses it instead, by the same count", async () => {
  await withBlocking(async ({ strike, revoked, banned }) => {
    strike("203.0.113.1", "critical", "pass-1");
    strike("203.0.113.2", "high", "pass-2");
    strike("203.0.113.2", "high", "pass-2");
    strike("203.0.113.2", "high", "pass-3");
    assert.deepEqual(revoked, ["pass-1"]);
    strike("203.0.113.3", "high", "pass-2");
    strike("203.0.113.9", "medium", "pass-4");
    strike("203.0.113.7", "critical");
    assert.deepEqual(revoked, ["pass-1", "pass-2"]);
    assert.deepEqual(await banned(1), ["203.0.113.7"], "nobody with a pass");
  });
});

Deno.test("each block from the third of a day on is twice as long", async () => {
  await withBlocking(async ({ made, strike, banned }) => {
    const lengths: number[] = [];
    for (let i = 0; i < 5; i++) {
      strike("203.0.113.1", "critical");
      await banned(1);
      const [ban] = made.store.bans.list(made.clock.now());
      lengths.push((ban!.expiresAt! - ban!.createdAt) / 3_600_000);
      made.clock.advance(ban!.expiresAt! - ban!.createdAt + 1);
    }
    assert.deepEqual(lengths, [1, 1, 2, 4, 8]);
  });
});

Deno.test("[SECURITY] loopback, white lists and whoever is signed in are never blocked", async () => {
  await withBlocking(async ({ made, hostId, strike, banned }) => {
    await made.do("settings.update", { patch: { whitelist_cidrs: ["192.0.2.0/24"] } });
    const host = await made.do("hosts.get", { id: hostId });
    await made.do("hosts.update", {
      id: hostId,
      version: host.version,
      host: { whitelist_cidrs: ["198.51.100.0/24"] },
    });
    const now = made.clock.now();
    const { user } = await made.do("setup.user", { name: "owner", password: "wandering lilac turbine" });
    made.store.sessions.insert({
      id: "s1",
      userId: user.id,
      tokenHash: "00",
      address: "203.0.113.9",
      userAgent: "",
      createdAt: now,
      lastSeenAt: now,
      idleExpiresAt: now + 60_000,
      expiresAt: now + 60_000,
    });
    for (const client of ["127.0.0.1", "::1", "192.0.2.7", "198.51.100.7", "203.0.113.9", "203.0.113.10"]) {
      strike(client, "critical");
    }
    assert.deepEqual(await banned(1), ["203.0.113.10"]);
  });
});

Deno.test("off, for good and everywhere are settings", async () => {
  await withBlocking(async ({ made, strike, banned }) => {
    await made.do("settings.update", { patch: { waf: { auto_blacklist_min_severity: "off" } } });
    strike("203.0.113.1", "critical");
    await made.do("settings.update", {
      patch: {
        waf: {
          auto_blacklist_min_severity: "low",
          auto_blacklist_action: "blacklist",
          auto_blacklist_scope: "global",
        },
      },
    });
    strike("203.0.113.2", "critical");
    assert.deepEqual(await banned(1), ["203.0.113.2"]);
    const [ban] = made.store.bans.list(made.clock.now());
    assert.deepEqual([ban!.hostId, ban!.expiresAt], [null, null]);
  });
});

Deno.test("strikes and passes that were taken back are known after a restart, as old as they are", async () => {
  const before = await makeControl();
  const { id: hostId } = await before.do("hosts.create", { host: HOST });
  const offence = (client: string, pass?: string): Offence => ({
    hostId,
    client,
    severity: "high",
    ruleId: "sqli-1",
    ...(pass === undefined ? {} : { pass }),
  });
  const first = new AutoBlock(before.control, () => {});
  first.note([offence("203.0.113.1"), offence("203.0.113.1"), offence("203.0.113.2")]);
  before.clock.advance(300_000);
  first.note([offence("203.0.113.2"), offence("203.0.113.4", "half"), offence("203.0.113.4", "half")]);
  first.note([1, 2, 3].map(() => offence("203.0.113.5", "lost")));
  first.close();
  before.control.banDesk.close();
  await before.close("keep");

  before.clock.advance(301_000);
  const after = await makeControl({ dataDir: before.config.data_dir, clock: before.clock });
  const revoked: string[] = [];
  const second = new AutoBlock(after.control, (passes) => void revoked.push(...passes));
  try {
    assert.deepEqual(revoked, ["lost"]);
    second.note([offence("203.0.113.1"), offence("203.0.113.2"), offence("203.0.113.4", "half")]);
    assert.deepEqual(revoked, ["lost", "half"]);
    second.note([offence("203.0.113.2")]);
    const networks = () => after.store.bans.list(after.clock.now()).map(({ network }) => network);
    await until("the ban is in the table", () => networks().length > 0);
    assert.deepEqual(networks(), ["203.0.113.2"], "the strikes of 203.0.113.1 are older than ten minutes");
  } finally {
    second.close();
    after.control.banDesk.close();
    await after.close();
  }
});

Deno.test("a ban that was decided right before the end is in force after a restart", async () => {
  const before = await makeControl();
  const { id: hostId } = await before.do("hosts.create", { host: HOST });
  const block = new AutoBlock(before.control, () => {});
  block.note([{ hostId, client: "203.0.113.1", severity: "critical", ruleId: "sqli-1" }]);
  block.close();
  before.control.banDesk.close();
  await before.close("keep");
  const after = await makeControl({ dataDir: before.config.data_dir, clock: before.clock });
  assert.deepEqual(after.store.bans.list(after.clock.now()).map(({ network }) => network), ["203.0.113.1"]);
  after.control.banDesk.close();
  await after.close();
});
