import type { Ban } from "../core/snapshot.ts";
import type { Database } from "./database.ts";
import { likePattern } from "./like.ts";

export interface StoredBan extends Ban {
  readonly createdAt: number;
  /** Name of who made it, or of the part that did. */
  readonly createdBy: string;
}

const COLUMNS =
  `id, network, host_id AS hostId, expires_at AS expiresAt, reason, origin, created_at AS createdAt,
  created_by AS createdBy`;

export class BanTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Those in force at `now`, newest first; `q`: part of network, reason or maker. */
  list(now: number, q = ""): StoredBan[] {
    const pattern = likePattern(q);
    return this.#db.all<StoredBan>(
      `SELECT ${COLUMNS} FROM bans
       WHERE (expires_at IS NULL OR expires_at > ?1)
         AND (network LIKE ?2 ESCAPE '\\' OR reason LIKE ?2 ESCAPE '\\' OR created_by LIKE ?2 ESCAPE '\\')
       ORDER BY created_at DESC, id`,
      now,
      pattern,
    );
  }

  get(id: string): StoredBan | null {
    return this.#db.get<StoredBan>(`SELECT ${COLUMNS} FROM bans WHERE id = ?`, id) ?? null;
  }

  insert(ban: StoredBan): void {
    this.#db.run(
      `INSERT INTO bans (id, network, host_id, expires_at, reason, origin, created_at, created_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ban.id,
      ban.network,
      ban.hostId,
      ban.expiresAt,
      ban.reason,
      ban.origin,
      ban.createdAt,
      ban.createdBy,
    );
  }

  /**
   * Leaves at most `most` that no person made: those that end first go, over ones before all. Returns how many that were
   * in force at `now` have gone.
   */
  makeRoom(now: number, most: number): number {
    const { n } = this.#db.get<{ n: number }>(
      "SELECT count(*) AS n FROM bans WHERE origin <> 'operator' AND (expires_at IS NULL OR expires_at > ?)",
      now,
    )!;
    if (n <= most) return 0;
    this.deleteExpired(now);
    return this.#db.run(
      `DELETE FROM bans WHERE id IN (
         SELECT id FROM bans WHERE origin <> 'operator' ORDER BY expires_at IS NULL, expires_at, created_at LIMIT ?)`,
      n - most,
    );
  }

  delete(id: string): boolean {
    return this.#db.run("DELETE FROM bans WHERE id = ?", id) > 0;
  }

  /** Returns how many were over at `now`. */
  deleteExpired(now: number): number {
    return this.#db.run("DELETE FROM bans WHERE expires_at <= ?", now);
  }
}
