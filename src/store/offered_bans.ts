import type { StoredBan } from "./bans.ts";
import type { Database } from "./database.ts";

/** A ban that a CrowdSec Local API was told. */
export interface OfferedBan {
  readonly banId: string;
  readonly network: string;
  readonly scenario: string;
  /** When it ends there by itself, milliseconds since 1970. */
  readonly endsAt: number;
}

const OFFERED = "ban_id AS banId, network, scenario, ends_at AS endsAt";

/** Which bans were offered to which list's server. */
export class OfferedBanTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Bans in force that end after `until` and that the list's server was not told, oldest first. */
  pending(listId: string, until: number, most: number): StoredBan[] {
    return this.#db.all<StoredBan>(
      `SELECT id, network, host_id AS hostId, expires_at AS expiresAt, reason, origin, created_at AS createdAt,
         created_by AS createdBy
       FROM bans WHERE (expires_at IS NULL OR expires_at > ?2) AND origin <> 'subscription'
         AND NOT EXISTS (SELECT 1 FROM offered_bans WHERE list_id = ?1 AND ban_id = bans.id)
       ORDER BY created_at, id LIMIT ?3`,
      listId,
      until,
      most,
    );
  }

  /** What the list's server holds and should not at `now`: lifted bans, or all where `isOver`. */
  withdrawn(listId: string, now: number, isOver: boolean, most: number): OfferedBan[] {
    return this.#db.all<OfferedBan>(
      `SELECT ${OFFERED} FROM offered_bans WHERE list_id = ?1 AND ends_at > ?2
         AND (?3 OR NOT EXISTS (SELECT 1 FROM bans WHERE id = ban_id))
       LIMIT ?4`,
      listId,
      now,
      Number(isOver),
      most,
    );
  }

  insert(listId: string, { banId, network, scenario, endsAt }: OfferedBan): void {
    this.#db.run(
      "INSERT OR REPLACE INTO offered_bans (list_id, ban_id, network, scenario, ends_at) VALUES (?, ?, ?, ?, ?)",
      listId,
      banId,
      network,
      scenario,
      endsAt,
    );
  }

  delete(listId: string, banId: string): void {
    this.#db.run("DELETE FROM offered_bans WHERE list_id = ? AND ban_id = ?", listId, banId);
  }

  /** Those that have ended there. */
  deleteEnded(now: number): void {
    this.#db.run("DELETE FROM offered_bans WHERE ends_at <= ?", now);
  }

  count(listId: string): number {
    return this.#db.get<{ n: number }>("SELECT count(*) AS n FROM offered_bans WHERE list_id = ?", listId)!.n;
  }
}
