import type { Clock } from "../../core/clock.ts";
import { errorText } from "../../core/errors.ts";
import type { Logger } from "../../core/ports.ts";
import { TokenBucket } from "../../lib/token_bucket.ts";
import type { StoredBan } from "../../store/bans.ts";
import type { Store } from "../../store/store.ts";

/** Rows of single bans: so many at once, and one more a minute. */
const ROWS_AT_ONCE = 100;
const ROWS_PER_SECOND = 1 / 60;
/** One row for all others of that time. */
const GATHER_MS = 60_000;
/** Of such a row. */
const MOST_NETWORKS = 500;
const MOST_REASONS = 20;

export interface BanAuditParts {
  readonly store: Pick<Store, "audit">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Audit rows of automatic bans. [SECURITY] Nothing leaves the audit, and attackers decide how many bans there are: in
 * ordinary life each has its row; a flood has one a minute, which says how many there were, why, and of whom.
 */
export class BanAudit {
  readonly #parts: BanAuditParts;
  readonly #rows = new TokenBucket(ROWS_PER_SECOND, ROWS_AT_ONCE);
  #gathered: StoredBan[] = [];
  #count = 0;
  #reasons = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isClosed = false;

  constructor(parts: BanAuditParts) {
    this.#parts = parts;
  }

  /** Inside the transaction that makes the bans. Returns those that got no row of their own, for `gather`. */
  write(bans: readonly StoredBan[]): readonly StoredBan[] {
    const { store, clock } = this.#parts;
    const now = clock.monotonic();
    const rest: StoredBan[] = [];
    for (const ban of bans) {
      if (this.#rows.take(now)) {
        store.audit.append({ ...ROW, at: ban.createdAt, subject: ban.network, after: ban });
      } else rest.push(ban);
    }
    return rest;
  }

  /** Once the bans are stored. */
  gather(bans: readonly StoredBan[]): void {
    if (bans.length === 0) return;
    this.#count += bans.length;
    for (const ban of bans) {
      if (this.#gathered.length < MOST_NETWORKS) this.#gathered.push(ban);
      const reason = this.#reasons.has(ban.reason) || this.#reasons.size < MOST_REASONS
        ? ban.reason
        : "others";
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    }
    if (this.#isClosed) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Writes what is gathered. Never throws: what cannot be written now waits for the next time. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#count === 0) return;
    const { store, clock, logger } = this.#parts;
    const after = {
      clients: this.#count,
      reasons: Object.fromEntries(this.#reasons),
      since: this.#gathered[0]!.createdAt,
      networks: this.#gathered.map(({ network }) => network),
    };
    try {
      store.audit.append({ ...ROW, at: clock.now(), subject: `${this.#count} clients`, after });
    } catch (thrown) {
      logger.error("automatic bans could not be written to the audit", {
        clients: this.#count,
        error: errorText(thrown),
      });
      if (!this.#isClosed) this.#timer = setTimeout(() => this.flush(), GATHER_MS);
      return;
    }
    this.#gathered = [];
    this.#count = 0;
    this.#reasons = new Map();
  }

  /** The last moment before the database is closed. */
  close(): void {
    this.#isClosed = true;
    this.flush();
  }
}

const ROW = {
  actorKind: "system" as const,
  actorId: "auto-block",
  actorName: "automatic blocking",
  address: "",
  operation: "bans.create",
  before: null,
};
