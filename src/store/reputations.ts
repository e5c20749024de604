import type { ReputationReason } from "../core/reputation_reason.ts";
import type { Database } from "./database.ts";

/** Times are milliseconds since 1970. */
export interface StoredReputation {
  /** An IPv4 address or the /64 of an IPv6 one. */
  readonly network: string;
  readonly isBad: boolean;
  /** When it will be 0 again. */
  readonly zeroAt: number;
  readonly changedAt: number;
  readonly reasons: Readonly<Partial<Record<ReputationReason, number>>>;
}

interface Row {
  network: string;
  isBad: number;
  zeroAt: number;
  changedAt: number;
  reasons: string;
}

const COLUMNS = "network, is_bad AS isBad, zero_at AS zeroAt, changed_at AS changedAt, reasons";

/** Reputations that are not 0 yet. */
export class ReputationStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Those that are not 0 at `now`, at most so many, the furthest from it first. */
  list(now: number, most: number): StoredReputation[] {
    return this.#db.all<Row>(
      `SELECT ${COLUMNS} FROM reputations WHERE zero_at > ? ORDER BY zero_at DESC LIMIT ?`,
      now,
      most,
    ).map(reputationOf);
  }

  get(network: string, now: number): StoredReputation | null {
    const row = this.#db.get<Row>(
      `SELECT ${COLUMNS} FROM reputations WHERE network = ? AND zero_at > ?`,
      network,
      now,
    );
    return row === undefined ? null : reputationOf(row);
  }

  put({ network, isBad, zeroAt, changedAt, reasons }: StoredReputation): void {
    this.#db.run(
      `INSERT INTO reputations (network, is_bad, zero_at, changed_at, reasons) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET is_bad = ?2, zero_at = ?3, changed_at = ?4, reasons = ?5`,
      network,
      isBad ? 1 : 0,
      Math.round(zeroAt),
      Math.round(changedAt),
      JSON.stringify(reasons),
    );
  }

  /** False: nothing was known. */
  delete(network: string): boolean {
    return this.#db.run("DELETE FROM reputations WHERE network = ?", network) > 0;
  }

  /** The machine's clock was set by so much: what is stored ends as late as before. */
  shift(ms: number): void {
    this.#db.run("UPDATE reputations SET zero_at = zero_at + ?1, changed_at = changed_at + ?1", ms);
  }

  /** Leaves those that are not 0 at `now`, and of them the `most` that are furthest from it. */
  trim(now: number, most: number): void {
    this.#db.run("DELETE FROM reputations WHERE zero_at <= ?", now);
    this.#db.run(
      `DELETE FROM reputations WHERE network IN (
         SELECT network FROM reputations ORDER BY zero_at DESC LIMIT -1 OFFSET ?)`,
      most,
    );
  }
}

function reputationOf({ isBad, reasons, ...row }: Row): StoredReputation {
  return { ...row, isBad: isBad === 1, reasons: JSON.parse(reasons) };
}
