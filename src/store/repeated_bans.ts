import type { Database } from "./database.ts";

/** When a client was banned automatically, milliseconds since 1970, oldest first. */
export interface RepeatedBan {
  readonly network: string;
  /** null: everywhere. */
  readonly hostId: string | null;
  readonly times: readonly number[];
}

/** Who was banned automatically in the last day, and when. */
export class RepeatedBanTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Whose last ban was after `since`, the earliest first. */
  list(since: number): RepeatedBan[] {
    const rows = this.#db.all<{ network: string; hostId: string; times: string }>(
      "SELECT network, host_id AS hostId, times FROM repeated_bans WHERE last_at > ? ORDER BY last_at",
      since,
    );
    return rows.map(({ network, hostId, times }) => ({
      network,
      hostId: hostId === "" ? null : hostId,
      times: times.split(",").map(Number),
    }));
  }

  put({ network, hostId, times }: RepeatedBan): void {
    this.#db.run(
      `INSERT INTO repeated_bans (network, host_id, times, last_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT DO UPDATE SET times = ?3, last_at = ?4`,
      network,
      hostId ?? "",
      times.map(Math.round).join(),
      Math.round(times.at(-1)!),
    );
  }

  delete(network: string, hostId: string | null): void {
    this.#db.run("DELETE FROM repeated_bans WHERE network = ? AND host_id = ?", network, hostId ?? "");
  }

  /** Leaves those after `since`, and of them the `most` latest. */
  trim(since: number, most: number): void {
    this.#db.run("DELETE FROM repeated_bans WHERE last_at <= ?", since);
    this.#db.run(
      `DELETE FROM repeated_bans WHERE (network, host_id) IN (
         SELECT network, host_id FROM repeated_bans ORDER BY last_at DESC LIMIT -1 OFFSET ?)`,
      most,
    );
  }
}
