import type { Database } from "./database.ts";

/** When something happened to a client, milliseconds since 1970, oldest first. */
export interface ClientTimes {
  /** The client's network, or the name of its pass. */
  readonly network: string;
  /** null: everywhere. */
  readonly hostId: string | null;
  readonly times: readonly number[];
}

/** What is counted of clients over restarts: bans of the last day, or refusals of the last minutes. */
export class ClientTimesTable {
  readonly #db: Database;
  readonly #table: "repeated_bans" | "strikes";

  constructor(db: Database, table: "repeated_bans" | "strikes") {
    this.#db = db;
    this.#table = table;
  }

  /** Whose last time was after `since`, the earliest first. */
  list(since: number): ClientTimes[] {
    const rows = this.#db.all<{ network: string; hostId: string; times: string }>(
      `SELECT network, host_id AS hostId, times FROM ${this.#table} WHERE last_at > ? ORDER BY last_at`,
      since,
    );
    return rows.map(({ network, hostId, times }) => ({
      network,
      hostId: hostId === "" ? null : hostId,
      times: times.split(",").map(Number),
    }));
  }

  put({ network, hostId, times }: ClientTimes): void {
    this.#db.run(
      `INSERT INTO ${this.#table} (network, host_id, times, last_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT DO UPDATE SET times = ?3, last_at = ?4`,
      network,
      hostId ?? "",
      times.map(Math.round).join(),
      Math.round(times.at(-1)!),
    );
  }

  delete(network: string, hostId: string | null): void {
    this.#db.run(`DELETE FROM ${this.#table} WHERE network = ? AND host_id = ?`, network, hostId ?? "");
  }

  /** The machine's clock was set by so much: all of it happened as long ago as before. */
  shift(ms: number): void {
    for (const { times, ...client } of this.list(-Infinity)) {
      this.put({ ...client, times: times.map((at) => at + ms) });
    }
  }

  /** Leaves those after `since`, and of them the `most` latest. */
  trim(since: number, most: number): void {
    this.#db.run(`DELETE FROM ${this.#table} WHERE last_at <= ?`, since);
    this.#db.run(
      `DELETE FROM ${this.#table} WHERE (network, host_id) IN (
         SELECT network, host_id FROM ${this.#table} ORDER BY last_at DESC LIMIT -1 OFFSET ?)`,
      most,
    );
  }
}
