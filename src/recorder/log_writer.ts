import type { RequestTally } from "../core/messages.ts";
import type { RequestRecord } from "../core/record.ts";
import type { Database } from "../store/database.ts";
import { addToRollups } from "../store/traffic_rollups.ts";
import { TrafficWriter } from "../store/traffic_writer.ts";
import { RefusalFolder } from "./refusal_folder.ts";

/** Writes batches into one database: rows, folded refusals and roll-ups in one transaction each. */
export class LogWriter {
  readonly #db: Database;
  readonly #writer: TrafficWriter;
  readonly #folder = new RefusalFolder();

  constructor(db: Database) {
    this.#db = db;
    this.#writer = new TrafficWriter(db);
  }

  /**
   * As a whole or not at all; throws what the database throws. Returns how many refusals were to be counted in a row
   * that somebody deleted meanwhile. `now`: milliseconds since 1970.
   */
  write(records: readonly RequestRecord[], tallies: readonly RequestTally[], now: number): number {
    this.#folder.expire(now);
    let lost: number;
    try {
      lost = this.#db.transaction(() => this.#writeRows(records, tallies));
    } catch (thrown) {
      this.#folder.clear();
      this.#writer.forget();
      throw thrown;
    }
    // Which row was deleted does not matter: all refusals after this begin rows anew.
    if (lost > 0) this.#folder.clear();
    this.#folder.settle();
    return lost;
  }

  #writeRows(records: readonly RequestRecord[], tallies: readonly RequestTally[]): number {
    let lost = 0;
    const counted: RequestRecord[] = [];
    for (const record of records) {
      if (this.#folder.fold(record) === null) {
        const key = this.#writer.insert(record);
        // A batch that was written just before its thread died may come again: it counts once.
        if (key === null) continue;
        this.#folder.open(record, key);
      }
      counted.push(record);
    }
    for (const window of this.#folder.changed()) {
      if (!this.#writer.fold(window.key, window.writtenFindings, window)) lost += window.count;
    }
    addToRollups(this.#db, counted, tallies, (hostId) => this.#writer.hostRef(hostId));
    return lost;
  }
}
