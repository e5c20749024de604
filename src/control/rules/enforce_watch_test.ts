import assert from "node:assert/strict";
import { testFinding } from "../../../tests/support/test_finding.ts";
import { type Setting, withTraffic } from "../../../tests/support/with_traffic.ts";
import type { Notice } from "../../core/notice.ts";
import { EnforceWatch, type EnforceWatchParts } from "./enforce_watch.ts";
import { liftAutomaticBans } from "../bans/lift_automatic_bans.ts";
import { SYSTEM_ACTOR } from "../operation.ts";
import { perform } from "../perform.ts";

const MINUTE_MS = 60_000;
const CLIENTS = Array.from({ length: 8 }, (_, i) => `192.0.2.${i + 1}`);

interface Watched extends Setting {
  readonly watch: EnforceWatch;
  readonly notices: Notice[];
  enforce(): Promise<void>;
  mode(): Promise<string>;
  /** Requests of each client that passed, or that the rules refused, now. */
  passed(clients: readonly string[], action?: "allowed" | "detected"): void;
  refused(clients: readonly string[]): void;
}

/** A watch of the hosts of `made`; `parts` says what is different. */
function watchOf(
  { control, store, clock }: Setting["made"],
  parts: Partial<EnforceWatchParts> = {},
): EnforceWatch {
  return new EnforceWatch({
    store,
    clock,
    logger: control.logger,
    hosts: () => control.hosts(),
    rollBack: async (id) => {
      await perform(control, SYSTEM_ACTOR, "hosts.update", { id, host: { waf: { mode: "detect" } } });
    },
    liftBans: (id, clients, since) => liftAutomaticBans(control, id, clients, since),
    notify: () => {},
    ...parts,
  });
}

async function watched(run: (setting: Watched) => Promise<void>): Promise<void> {
  await withTraffic(async (setting) => {
    const { made, hostId, log } = setting;
    const notices: Notice[] = [];
    const watch = watchOf(made, { notify: (notice) => void notices.push(notice) });
    await watch.tick();
    await run({
      ...setting,
      watch,
      notices,
      enforce: async () => {
        await made.do("hosts.update", { id: hostId, host: { waf: { mode: "enforce" } } });
        await watch.tick();
        made.clock.advance(5 * MINUTE_MS);
      },
      mode: async () => (await made.do("hosts.get", { id: hostId })).waf.mode,
      passed: (clients, action = "allowed") => log(...clients.map((client) => ({ client, action }))),
      refused: (clients) =>
        log(
          ...clients.map((client) =>
            ({ client, action: "blocked", reason: "waf", findings: [testFinding()] }) as const
          ),
        ),
    });
  });
}

Deno.test("a host that refuses many who came before goes back to detect, with a notice", async () => {
  await watched(async ({ made, watch, notices, enforce, mode, passed, refused }) => {
    passed(CLIENTS);
    made.clock.advance(60 * MINUTE_MS);
    await enforce();
    passed(CLIENTS);
    refused(CLIENTS);
    const ban = (network: string, origin: "automatic" | "correlation") =>
      made.store.bans.insert({
        id: `ban-${network}`,
        network,
        hostId: null,
        expiresAt: null,
        reason: "",
        origin,
        createdAt: made.clock.now(),
        createdBy: "x",
      });
    ban("192.0.2.1", "automatic");
    ban("192.0.2.2", "correlation");
    ban("203.0.113.9", "automatic");
    await watch.tick();
    assert.equal(await mode(), "detect");
    assert.deepEqual(
      made.store.bans.list(made.clock.now()).map(({ network }) => network).sort(),
      ["192.0.2.2", "203.0.113.9"],
      "what the mistake banned is let in again, nobody else",
    );
    const { attention } = await made.do("analytics.dashboard", {});
    assert.deepEqual(attention.map(({ kind }) => kind), ["waf-rollback"]);
    assert.equal((await made.do("hosts.readiness", { id: "shop.example" })).rolled_back_at, made.clock.now());
    assert.deepEqual(notices.map(({ kind, subject }) => [kind, subject]), [
      ["waf_rollback", "shop.example only detects again"],
    ]);
    assert.match(notices[0]!.text, /refused 8 of 16 requests in ten minutes, of 8 clients/);
    await watch.tick();
    assert.equal(notices.length, 1);
  });
});

Deno.test("[SECURITY] clients that nobody saw before the switch roll nothing back, however many", async () => {
  await watched(async ({ watch, enforce, mode, passed, refused }) => {
    await enforce();
    passed(CLIENTS);
    refused(CLIENTS);
    await watch.tick();
    assert.equal(await mode(), "enforce");
  });
});

Deno.test("what was refused in detect already, few clients, and a small share are no jump", async () => {
  await watched(async ({ made, watch, enforce, mode, passed, refused }) => {
    passed(CLIENTS);
    passed(CLIENTS.slice(0, 4), "detected");
    made.clock.advance(60 * MINUTE_MS);
    await enforce();
    passed(CLIENTS);
    refused(CLIENTS);
    await watch.tick();
    assert.equal(await mode(), "enforce", "a third was expected");
  });
  await watched(async ({ made, watch, enforce, mode, passed, refused }) => {
    passed(CLIENTS);
    made.clock.advance(60 * MINUTE_MS);
    await enforce();
    for (let i = 0; i < 10; i++) refused(CLIENTS.slice(0, 4));
    await watch.tick();
    assert.equal(await mode(), "enforce", "four clients");
    for (let i = 0; i < 300; i++) passed(CLIENTS);
    refused(CLIENTS);
    await watch.tick();
    assert.equal(await mode(), "enforce", "two percent are not reached");
  });
});

Deno.test("a day later nobody watches any more, and a restart goes on watching", async () => {
  await watched(async ({ made, hostId, watch, enforce, mode, passed, refused }) => {
    passed(CLIENTS);
    made.clock.advance(60 * MINUTE_MS);
    await enforce();
    const again = watchOf(made);
    made.clock.advance(25 * 60 * MINUTE_MS);
    refused(CLIENTS);
    await watch.tick();
    assert.equal(await mode(), "enforce");
    made.clock.advance(-24 * 60 * MINUTE_MS);
    refused(CLIENTS);
    await again.tick();
    assert.equal(await mode(), "detect", hostId);
  });
});

Deno.test("a look that the log cannot answer is said, and the next one sees the same", async () => {
  await watched(async ({ made, hostId, enforce, mode, passed, refused }) => {
    passed(CLIENTS);
    made.clock.advance(60 * MINUTE_MS);
    await enforce();
    passed(CLIENTS);
    refused(CLIENTS);
    const errors: string[] = [];
    let busy = true;
    const unlucky = watchOf(made, {
      store: {
        ...made.store,
        analytics: {
          totals: (...asked) => {
            if (busy) throw new Error("database is locked");
            return made.store.analytics.totals(...asked);
          },
        },
      },
      logger: { ...made.control.logger, error: (text) => void errors.push(text) },
    });
    await unlucky.tick();
    assert.deepEqual([errors, await mode()], [["hosts that enforce were not looked at"], "enforce"], hostId);
    busy = false;
    await unlucky.tick();
    assert.equal(await mode(), "detect");
  });
});

Deno.test("what is refused between the switch and the next look counts", async () => {
  await watched(async ({ made, hostId, watch, mode, passed, refused }) => {
    passed(CLIENTS);
    made.clock.advance(60 * MINUTE_MS);
    await watch.tick();
    made.clock.advance(5_000);
    await made.do("hosts.update", { id: hostId, host: { waf: { mode: "enforce" } } });
    made.clock.advance(5_000);
    refused(CLIENTS);
    made.clock.advance(20_000);
    await watch.tick();
    assert.equal(await mode(), "detect");
  });
});
