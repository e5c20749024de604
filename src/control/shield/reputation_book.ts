import type { Clock } from "../../core/clock.ts";
import { errorText } from "../../core/errors.ts";
import type { Logger } from "../../core/ports.ts";
import { BEST_REPUTATION, REPUTATION_DECAY_MS } from "../../core/reputation_reason.ts";
import { clientHigh, clientLow, clientOf } from "../../lib/client_words.ts";
import { type Cidr, formatCidr, parseCidr } from "../../lib/ip.ts";
import type { ReputationEntry, ReputationTable } from "../../shield/reputation.ts";
import type { StoredReputation } from "../../store/reputations.ts";
import type { Store } from "../../store/store.ts";

/** A crash forgets what reputations did in this time at most. */
const WRITE_EVERY_MS = 10_000;
/** Written at once: a transaction of 1,000 rows takes about 10 ms of the control thread. */
const MOST_A_WRITE = 2_000;
/** [SECURITY] Clients that are stored or wait for it; the one nearest to 0 leaves first. */
const MOST_CLIENTS = 50_000;
/** Less is gone within a quarter of an hour. */
const LEAST_SCORE = 0.1;
const MS_A_POINT = REPUTATION_DECAY_MS / BEST_REPUTATION;

export interface ReputationBookParts {
  readonly table: Pick<ReputationTable, "movedWithin" | "read" | "restore">;
  readonly store: Pick<Store, "reputations" | "transaction">;
  readonly clock: Pick<Clock, "now" | "monotonic">;
  readonly logger: Logger;
  /** Hands back what tells, as things stand now, whether a client's network is never held against it (ban_exemptions.ts). */
  exemption(): (client: Cidr) => boolean;
}

/**
 * Keeps reputations over a restart: what moved in shared memory is written in batches, and read again when a process
 * begins. They decay while nothing runs too. Loopback, white-listed clients and trusted proxies are not kept: what a
 * test run or a proxy's clients did there must not be held against this machine or everybody behind it.
 */
export class ReputationBook {
  readonly #parts: ReputationBookParts;
  /** Clients that moved, by their network; the one that waits longest stands first. */
  readonly #waiting = new Map<string, Cidr>();
  #lookedAt: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(parts: ReputationBookParts) {
    this.#parts = parts;
    this.#lookedAt = parts.clock.monotonic();
  }

  /** Into the shared memory of a process that begins. What a client has earned there already stands. */
  recall(): void {
    const { store, table, clock } = this.#parts;
    const now = clock.now();
    const isExempt = this.#parts.exemption();
    for (const stored of store.reputations.list(now, MOST_CLIENTS)) {
      if (isExempt(parseCidr(stored.network)!)) store.reputations.delete(stored.network);
      else table.restore(entryOf(stored, now));
    }
  }

  start(): void {
    this.#timer = setInterval(() => this.write(), WRITE_EVERY_MS);
  }

  /** Writes what has moved since the last time, at most so many clients; the others wait. */
  write(most = MOST_A_WRITE): void {
    const { store, clock, logger } = this.#parts;
    this.#gather();
    const batch = [...this.#waiting].slice(0, most);
    if (batch.length === 0) return;
    const now = clock.now();
    try {
      const isExempt = this.#parts.exemption();
      store.transaction(() => {
        for (const [network, client] of batch) {
          if (isExempt(client)) store.reputations.delete(network);
          else this.#keep(network, client, now);
        }
        store.reputations.trim(now, MOST_CLIENTS);
      });
      for (const [network] of batch) this.#waiting.delete(network);
    } catch (thrown) {
      // They wait for the next time.
      logger.error("reputations could not be written", { clients: batch.length, error: errorText(thrown) });
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.write(MOST_CLIENTS);
  }

  #gather(): void {
    const { table, clock } = this.#parts;
    const at = clock.monotonic();
    for (const { high, low } of table.movedWithin(at - this.#lookedAt)) {
      if (this.#waiting.size >= MOST_CLIENTS) break;
      const client = clientOf(high, low);
      this.#waiting.set(formatCidr(client), client);
    }
    this.#lookedAt = at;
  }

  /** As it is now. Of a client that a full memory had to forget, or a person did, there is nothing to write. */
  #keep(network: string, client: Cidr, now: number): void {
    const entry = this.#parts.table.read(client.words);
    if (entry === null) return;
    const { reputations } = this.#parts.store;
    const { score, reasons, sinceMs } = entry;
    if (Math.abs(score) < LEAST_SCORE) return void reputations.delete(network);
    reputations.put({
      network,
      isBad: score < 0,
      zeroAt: now + Math.abs(score) * MS_A_POINT,
      changedAt: now - sinceMs,
      reasons,
    });
  }
}

/** What was stored, as it stands at `now`, milliseconds since 1970. */
export function entryOf(
  { network, isBad, zeroAt, changedAt, reasons }: StoredReputation,
  now: number,
): ReputationEntry {
  const client = parseCidr(network)!.words;
  // A clock that was set back while nothing ran must not make a score that no scale has.
  const score = Math.min(BEST_REPUTATION, Math.max(0, zeroAt - now) / MS_A_POINT);
  return {
    high: clientHigh(client),
    low: clientLow(client),
    score: isBad ? -score : score,
    reasons,
    sinceMs: Math.max(0, now - changedAt),
  };
}
