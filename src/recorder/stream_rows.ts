import type { StreamRecord } from "../core/stream.ts";
import type { Database } from "../store/database.ts";
import { writeStreamRecords } from "../store/stream_log.ts";

/** Rows that wait for a database that does not take them. */
const MOST_WAITING = 20_000;

/** Connections of streams on their way to the log. */
export class StreamRows {
  #rows: StreamRecord[] = [];

  get size(): number {
    return this.#rows.length;
  }

  /** Returns how many had no room. */
  add(records: readonly StreamRecord[]): number {
    const room = Math.max(0, MOST_WAITING - this.#rows.length);
    for (const record of records.slice(0, room)) this.#rows.push(record);
    return Math.max(0, records.length - room);
  }

  /** Gives up what waits; returns how many that were. */
  drop(): number {
    const dropped = this.#rows.length;
    this.#rows = [];
    return dropped;
  }

  /** Throws what the database throws; then they all wait on. */
  writeTo(db: Database): void {
    writeStreamRecords(db, this.#rows);
    this.#rows = [];
  }
}
