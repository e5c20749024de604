import assert from "node:assert/strict";
import type { BanWish } from "../../core/ban_wish.ts";
import { ManualClock } from "../../core/clock.ts";
import { type MadeControl, makeControl } from "../../../tests/support/make_control.ts";
import { until } from "../../../tests/support/until.ts";

function wish(client: string, over: Partial<BanWish> = {}): BanWish {
  return { client, hostId: null, seconds: 60, reason: "asks too much", origin: "shield", ...over };
}

async function withDesk(
  run: (made: MadeControl, banned: (count: number) => Promise<string[]>) => Promise<void>,
): Promise<void> {
  const made = await makeControl();
  const list = () => made.store.bans.list(made.clock.now());
  try {
    await run(made, async (count) => {
      await until("the bans are in the table", () => list().length >= count);
      return list().map((ban) => ban.network).sort();
    });
  } finally {
    made.control.banDesk.close();
    await made.close();
  }
}

Deno.test("a wish becomes a ban of the client's network, with its origin, in the snapshot and in the audit", async () => {
  await withDesk(async ({ control, store, clock, sent, do: perform }, banned) => {
    control.banDesk.wish([
      wish("203.0.113.1"),
      wish("203.0.113.1"),
      wish("2001:db8::9", { origin: "anomaly" }),
    ]);
    assert.deepEqual(await banned(2), ["2001:db8::/64", "203.0.113.1"]);
    assert.deepEqual(sent.at(-1)!.bans.map((ban) => ban.origin).sort(), ["anomaly", "shield"]);
    assert.equal(store.bans.list(clock.now())[0]!.expiresAt, clock.now() + 60_000);
    const audit = await perform("audit.list", {});
    assert.equal(audit.rows.filter((row) => row.actor_kind === "system").length, 2);
  });
});

Deno.test("[SECURITY] a flood of wishes reads once who is exempt", async () => {
  await withDesk(async ({ control, store }, banned) => {
    const list = store.sessions.list.bind(store.sessions);
    let reads = 0;
    store.sessions.list = (...of) => (reads++, list(...of));
    control.banDesk.wish(Array.from({ length: 200 }, (_, i) => wish(`203.0.113.${i}`)));
    await banned(200);
    assert.equal(reads, 1);
  });
});

Deno.test("a lifted ban is forgotten: the client's next one is made, as its first", async () => {
  await withDesk(async (made, banned) => {
    for (let i = 0; i < 4; i++) {
      made.control.banDesk.wish([wish("203.0.113.1")]);
      await banned(1);
      const [ban] = made.store.bans.list(made.clock.now());
      assert.equal(ban!.expiresAt! - ban!.createdAt, 60_000);
      await made.do("bans.delete", { id: ban!.id });
    }
  });
});

Deno.test("whoever is banned again and again stays out longer, over a restart of Aegis too", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const lengths: number[] = [];
  const clock = new ManualClock();
  try {
    for (let life = 0; life < 4; life++) {
      const made = await makeControl({ dataDir, clock });
      const { control, store } = made;
      control.banDesk.wish([wish("203.0.113.1")]);
      const ban = await until("it is banned", () => store.bans.list(clock.now())[0]);
      lengths.push((ban.expiresAt! - ban.createdAt) / 1_000);
      control.banDesk.close();
      await made.close("keep");
      // It is known to be banned: what was on its way when Aegis stopped makes no second ban.
      const next = await makeControl({ dataDir, clock });
      assert.ok(next.control.banDesk.isBanned("203.0.113.1", null));
      next.control.banDesk.close();
      await next.close("keep");
      clock.advance(ban.expiresAt! - clock.now() + 1);
    }
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
  assert.deepEqual(lengths, [60, 60, 120, 240]);
});

Deno.test("[SECURITY] trusted proxies are never banned for what their clients do", async () => {
  const listener = {
    name: "http",
    hostname: "127.0.0.1",
    port: 0,
    asked: 0,
    proxy_protocol: ["198.51.100.0/24"],
  } as const;
  const made = await makeControl({ parts: { listeners: () => [listener] } });
  try {
    await made.do("hosts.create", {
      host: { domains: ["shop.example"], targets: [{ url: "http://127.0.0.1:3000" }] },
    });
    made.control.banDesk.wish([wish("198.51.100.7"), wish("203.0.113.1")]);
    await until("one is banned", () => made.control.banDesk.counts.banned === 1);
    assert.deepEqual(made.store.bans.list(made.clock.now()).map((ban) => ban.network), ["203.0.113.1"]);
    assert.equal(made.control.banDesk.counts.exempt, 1);
  } finally {
    made.control.banDesk.close();
    await made.close();
  }
});

Deno.test("while nearly all requests come from one inner address no automatic ban is made, and status says so", async () => {
  await withDesk(async ({ control, do: perform }, banned) => {
    const { sharedAddress } = control.banDesk;
    sharedAddress.report(0, { client: "172.17.0.1", requests: 95, total: 100 });
    sharedAddress.report(1, { client: "172.17.0.1", requests: 90, total: 100 });
    control.banDesk.wish([wish("203.0.113.1")]);
    const { automatic_bans } = await perform("system.status", {});
    assert.deepEqual([automatic_bans.state, automatic_bans.paused], ["paused", 1]);
    assert.match(automatic_bans.text, /^92 % of requests come from 172\.17\.0\.1/);
    const { attention } = await perform("analytics.dashboard", {});
    assert.ok(attention.some((item) => item.kind === "shared-address"));
    sharedAddress.report(0, { client: "172.17.0.1", requests: 40, total: 100 });
    control.banDesk.wish([wish("203.0.113.2")]);
    assert.deepEqual(await banned(1), ["203.0.113.2"]);
    assert.equal((await perform("system.status", {})).automatic_bans.state, "on");
  });
});

Deno.test("one public address, or few requests, pause nothing", async () => {
  await withDesk(async ({ control }) => {
    const { sharedAddress } = control.banDesk;
    sharedAddress.report(0, { client: "203.0.113.50", requests: 100, total: 100 });
    assert.equal(sharedAddress.state, null);
    sharedAddress.report(0, { client: "172.17.0.1", requests: 9, total: 9 });
    assert.equal(sharedAddress.state, null);
    await Promise.resolve();
  });
});

Deno.test("a full table lets those go that end first, counts them, and never one that a person made", async () => {
  await withDesk(async ({ store, clock, do: perform }) => {
    await perform("bans.create", { network: "192.0.2.9", seconds: 1 });
    const now = clock.now();
    for (let i = 1; i <= 4; i++) {
      store.bans.insert({
        id: `b${i}`,
        network: `203.0.113.${i}`,
        hostId: null,
        expiresAt: i === 4 ? null : now + i * 1_000,
        reason: "",
        origin: "automatic",
        createdAt: now,
        createdBy: "automatic blocking",
      });
    }
    assert.equal(store.bans.makeRoom(now, 2), 2);
    assert.deepEqual(store.bans.list(now).map((ban) => ban.network).sort(), [
      "192.0.2.9",
      "203.0.113.3",
      "203.0.113.4",
    ]);
  });
});

Deno.test("[SECURITY] a flood of bans has a row a minute in the audit, and every one of them is counted there", async () => {
  await withDesk(async ({ control, do: perform }, banned) => {
    control.banDesk.wish(Array.from({ length: 900 }, (_, i) => wish(`203.0.${i >> 8}.${i & 255}`)));
    await banned(900);
    const rows = async () =>
      (await perform("audit.list", { limit: 200 })).rows.filter((row) => row.action === "bans.create");
    await until("the bans are sent", async () => (await rows()).length === 100);
    control.banDesk.close();
    const all = await rows();
    assert.equal(all.length, 101);
    assert.equal(all[0]!.subject, "800 clients");
    const after = all[0]!.after as { reasons: object; networks: string[] };
    assert.deepEqual(after.reasons, { "asks too much": 800 });
    assert.equal(after.networks.length, 500);
  });
});
