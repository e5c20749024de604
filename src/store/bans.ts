import type { BanHit } from "../core/address_list.ts";
import type { BanOrigin } from "../core/ban_wish.ts";
import type { Ban } from "../core/snapshot.ts";
import type { Database } from "./database.ts";
import { likePattern } from "./like.ts";

export interface StoredBan extends Ban {
  readonly createdAt: number;
  /** Name of who made it, or of the part that did. */
  readonly createdBy: string;
}

/** With what it did. */
export interface ListedBan extends StoredBan {
  /** Requests that were answered with 403. */
  readonly answered: number;
  /** Connections that were closed without an answer. */
  readonly dropped: number;
  readonly lastHitAt: number | null;
}

/** Which bans are asked for. */
export interface BanFilter {
  /** Part of network, reason or maker. */
  readonly q?: string;
  readonly origin?: BanOrigin;
  /** `permanent`: without an end; `temporary`: with one. */
  readonly lasting?: "permanent" | "temporary";
}

const COLUMNS =
  `id, network, host_id AS hostId, expires_at AS expiresAt, reason, origin, created_at AS createdAt,
  created_by AS createdBy, answered, dropped, last_hit_at AS lastHitAt`;

export class BanTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** What gateways need of those in force at `now`. */
  inForce(now: number): Ban[] {
    return this.#db.all<Ban>(
      `SELECT id, network, host_id AS hostId, expires_at AS expiresAt, reason, origin FROM bans
       WHERE expires_at IS NULL OR expires_at > ? ORDER BY created_at DESC, id`,
      now,
    );
  }

  /** Those in force at `now`, newest first. */
  list(now: number, { q = "", origin, lasting }: BanFilter = {}): ListedBan[] {
    return this.#db.all<ListedBan>(
      `SELECT ${COLUMNS} FROM bans
       WHERE (expires_at IS NULL OR expires_at > ?1)
         AND (network LIKE ?2 ESCAPE '\\' OR reason LIKE ?2 ESCAPE '\\' OR created_by LIKE ?2 ESCAPE '\\')
         AND (?3 IS NULL OR origin = ?3)
         AND (?4 IS NULL OR (expires_at IS NULL) = (?4 = 'permanent'))
       ORDER BY created_at DESC, id`,
      now,
      likePattern(q),
      origin ?? null,
      lasting ?? null,
    );
  }

  /** How many are in force at `now`. */
  count(now: number): number {
    return this.#db.get<{ n: number }>(
      "SELECT count(*) AS n FROM bans WHERE expires_at IS NULL OR expires_at > ?",
      now,
    )!.n;
  }

  get(id: string): ListedBan | null {
    return this.#db.get<ListedBan>(`SELECT ${COLUMNS} FROM bans WHERE id = ?`, id) ?? null;
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

  /** A jump of the clock by `ms`, after which every ban has to last as long as before. */
  shift(ms: number): void {
    this.#db.run("UPDATE bans SET expires_at = expires_at + ? WHERE expires_at IS NOT NULL", ms);
  }

  /** False: there is no such ban. */
  hit({ id, answered, dropped }: BanHit, at: number): boolean {
    return this.#db.run(
      "UPDATE bans SET answered = answered + ?, dropped = dropped + ?, last_hit_at = ? WHERE id = ?",
      answered,
      dropped,
      at,
      id,
    ) > 0;
  }

  delete(id: string): boolean {
    return this.#db.run("DELETE FROM bans WHERE id = ?", id) > 0;
  }

  /** Returns how many were over at `now`. */
  deleteExpired(now: number): number {
    return this.#db.run("DELETE FROM bans WHERE expires_at <= ?", now);
  }
}
