import type { Clock } from "../../core/clock.ts";
import { errorText } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { Notice } from "../../core/notice.ts";
import type { Logger } from "../../core/ports.ts";
import type { Store } from "../../store/store.ts";
import type { Control } from "../control.ts";
import { liftAutomaticBans } from "../bans/lift_automatic_bans.ts";
import { SYSTEM_ACTOR } from "../operation.ts";
import { perform } from "../perform.ts";

/** So long after its switch to `enforce` a host is watched. */
const WATCHED_MS = 86_400_000;
const WINDOW_MS = 600_000;
const TICK_MS = 30_000;
/** Days in `detect` that say how many refusals were to be expected. */
const BEFORE_MS = 7 * 86_400_000;
/** What makes a jump: so large a share of the requests, and so many times the expected one … */
const LEAST_SHARE = 0.02;
const TIMES_EXPECTED = 5;
/** … of so many clients that were there before the switch. */
const LEAST_CLIENTS = 5;
const MOST_ROWS = 500;

export interface EnforceWatchParts {
  readonly store: {
    readonly analytics: Pick<Store["analytics"], "totals">;
    readonly traffic: Pick<Store["traffic"], "query">;
    readonly audit: Pick<Store["audit"], "modeChanges">;
  };
  readonly clock: Clock;
  readonly logger: Logger;
  hosts(): readonly Host[];
  /** Sets a host's mode back to `detect`. */
  rollBack(hostId: string): Promise<void>;
  /** Takes back what automatic blocking made of these clients' refusals there since then; resolves to how many bans. */
  liftBans(hostId: string, clients: ReadonlySet<string>, since: number): Promise<number>;
  notify(notice: Notice): void;
}

interface Jump {
  /** What was refused, in words. */
  readonly text: string;
  /** Addresses of those who were refused and had come before. */
  readonly clients: ReadonlySet<string>;
}

/**
 * Takes a host back to `detect` where, within a day of its switch to `enforce`, the rules refuse far more than its time
 * in `detect` let expect (spec 02, Readiness).
 *
 * [SECURITY] Nobody switches a firewall off by attacking it: only clients count whose requests passed before the
 * switch, which an attacker does not know of beforehand.
 */
export class EnforceWatch {
  readonly #parts: EnforceWatchParts;
  /** Times of switches, by host id. */
  readonly #switchedAt = new Map<string, number>();
  readonly #modes = new Map<string, Host["waf"]["mode"]>();
  /** When the modes were looked at last. */
  #tickedAt: number;

  constructor(parts: EnforceWatchParts) {
    this.#parts = parts;
    this.#tickedAt = parts.clock.now();
    for (const [hostId, at] of this.#switchesSince(this.#tickedAt - WATCHED_MS)) {
      this.#switchedAt.set(hostId, at);
    }
  }

  /** Latest switches from `detect` to `enforce` that the audit log knows of, by host. */
  #switchesSince(since: number): Map<string, number> {
    const found = new Map<string, number>();
    for (const { hostId, at, from, to } of this.#parts.store.audit.modeChanges(since)) {
      if (from === "detect" && to === "enforce" && !found.has(hostId)) found.set(hostId, at);
    }
    return found;
  }

  /** Returns what stops it. */
  start(): () => void {
    const timer = setInterval(() => void this.tick(), TICK_MS);
    return () => clearInterval(timer);
  }

  /** Looks at every host that was switched lately. Never rejects: nobody waits for it. */
  async tick(): Promise<void> {
    try {
      await this.#lookAtAll(this.#parts.clock.now());
    } catch (thrown) {
      // The log may be busy for a moment; the next look sees the same window.
      this.#parts.logger.error("hosts that enforce were not looked at", { error: errorText(thrown) });
    }
  }

  async #lookAtAll(now: number): Promise<void> {
    for (const host of this.#parts.hosts()) {
      const { mode } = host.waf;
      const before = this.#modes.get(host.id);
      this.#modes.set(host.id, mode);
      if (before !== "enforce" && mode === "enforce") {
        // What was refused since the switch itself counts: who is banned for it is refused by no rule again. Hosts of
        // the file are in no audit log.
        const exact = this.#switchesSince(this.#tickedAt - TICK_MS).get(host.id);
        const at = exact ?? (before === "detect" ? this.#tickedAt : undefined);
        if (at !== undefined) this.#switchedAt.set(host.id, at);
      }
      if (mode !== "enforce") this.#switchedAt.delete(host.id);
      const switchedAt = this.#switchedAt.get(host.id);
      if (switchedAt === undefined) continue;
      if (now - switchedAt > WATCHED_MS) this.#switchedAt.delete(host.id);
      else await this.#look(host, switchedAt, now);
    }
    this.#tickedAt = now;
  }

  async #look(host: Host, switchedAt: number, now: number): Promise<void> {
    const jump = this.#jump(host.id, switchedAt, now);
    if (jump === null) return;
    this.#switchedAt.delete(host.id);
    const { text: reason, clients } = jump;
    const { logger, notify } = this.#parts;
    const name = host.domains[0] ?? host.id;
    const seen = `Since ${name} enforces, the rules refused ${reason}.`;
    const remedy = "Look at the refused requests in Traffic, make exceptions, and enforce again.";
    try {
      await this.#parts.rollBack(host.id);
      const lifted = await this.#parts.liftBans(host.id, clients, switchedAt);
      logger.warn("a host went back to detect", { host: host.id, reason, lifted_bans: lifted });
      const bans = lifted === 0 ? "" : ` ${lifted} of these clients were banned for it and are no longer.`;
      const text = `${seen} Nothing is refused by rule now.${bans} ${remedy}`;
      notify({ kind: "waf_rollback", host: host.id, subject: `${name} only detects again`, text, at: now });
    } catch (thrown) {
      // A host of a file is changed there and nowhere else.
      logger.error("a host could not be taken back to detect", { host: host.id, error: errorText(thrown) });
      const text = `${seen} Its mode could not be changed: ${
        errorText(thrown)
      }. Set it to detect yourself. ${remedy}`;
      notify({ kind: "waf_rollback", host: host.id, subject: `${name} refuses too much`, text, at: now });
    }
  }

  /** What was refused of whom; null where that is no jump. */
  #jump(hostId: string, switchedAt: number, now: number): Jump | null {
    const { analytics, traffic } = this.#parts.store;
    const from = Math.max(switchedAt, now - WINDOW_MS);
    const sums = analytics.totals({ from, to: now }, hostId);
    const requests = sums.allowed + sums.detected + sums.blocked + sums.challenged;
    if (sums.blocked < requests * LEAST_SHARE || sums.blocked === 0) return null;
    const { rows } = traffic.query({ hostId, action: "blocked", reason: "waf", from, limit: MOST_ROWS });
    const known = new Set<string>();
    let refused = 0;
    for (const row of rows) {
      if (!known.has(row.client) && !this.#wasThereBefore(hostId, row.client, switchedAt)) continue;
      known.add(row.client);
      refused += row.count;
    }
    if (known.size < LEAST_CLIENTS || refused < requests * LEAST_SHARE) return null;
    const expected = this.#expectedShare(hostId, switchedAt);
    if (refused < requests * expected * TIMES_EXPECTED) return null;
    const text =
      `${refused} of ${requests} requests in ten minutes, of ${known.size} clients that came before as well`;
    return { text, clients: known };
  }

  #wasThereBefore(hostId: string, client: string, switchedAt: number): boolean {
    const query = {
      hostId,
      client,
      action: "allowed",
      from: switchedAt - BEFORE_MS,
      to: switchedAt,
      limit: 1,
    } as const;
    return this.#parts.store.traffic.query(query).rows.length > 0;
  }

  #expectedShare(hostId: string, switchedAt: number): number {
    const range = { from: switchedAt - BEFORE_MS, to: switchedAt };
    const { allowed, detected, blocked, challenged } = this.#parts.store.analytics.totals(range, hostId);
    const requests = allowed + detected + blocked + challenged;
    return requests === 0 ? 0 : detected / requests;
  }
}

/** Watches the hosts of `control`. Returns what stops it. */
export function watchEnforcing(control: Control): () => void {
  const { store, clock, logger } = control;
  return new EnforceWatch({
    store,
    clock,
    logger,
    hosts: () => control.hosts(),
    rollBack: async (id) => {
      await perform(control, SYSTEM_ACTOR, "hosts.update", { id, host: { waf: { mode: "detect" } } });
    },
    liftBans: (id, clients, since) => liftAutomaticBans(control, id, clients, since),
    notify: (notice) => control.notify(notice),
  }).start();
}
