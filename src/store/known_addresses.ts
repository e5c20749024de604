import type { Database } from "./database.ts";

/** Networks of one person that are remembered; the one not seen for longest leaves. */
const MOST = 50;

/** Where people have signed in from. */
export class KnownAddressTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Notes the network; `first`: the person never signed in before, `new`: from elsewhere only. */
  seen(userId: string, network: string, now: number): "first" | "new" | "known" {
    const { any, own } = this.#db.get<{ any: number; own: number }>(
      `SELECT count(*) AS any, count(*) FILTER (WHERE network = ?2) AS own FROM known_addresses WHERE user_id = ?1`,
      userId,
      network,
    )!;
    this.#db.run(
      `INSERT INTO known_addresses (user_id, network, at) VALUES (?, ?, ?)
       ON CONFLICT (user_id, network) DO UPDATE SET at = excluded.at`,
      userId,
      network,
      now,
    );
    this.#db.run(
      `DELETE FROM known_addresses WHERE user_id = ?1 AND network NOT IN (
         SELECT network FROM known_addresses WHERE user_id = ?1 ORDER BY at DESC LIMIT ${MOST})`,
      userId,
    );
    return own > 0 ? "known" : any > 0 ? "new" : "first";
  }
}
