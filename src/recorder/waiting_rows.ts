import type { Database } from "../store/database.ts";

/** Rows of one kind on their way into the database; bounded, so that a database that takes none costs known memory. */
export class WaitingRows<T> {
  readonly #most: number;
  readonly #write: (db: Database, rows: readonly T[]) => void;
  #rows: T[] = [];

  constructor(most: number, write: (db: Database, rows: readonly T[]) => void) {
    this.#most = most;
    this.#write = write;
  }

  get size(): number {
    return this.#rows.length;
  }

  /** Returns how many had no room. */
  add(rows: readonly T[]): number {
    const room = Math.max(0, this.#most - this.#rows.length);
    for (const row of rows.slice(0, room)) this.#rows.push(row);
    return Math.max(0, rows.length - room);
  }

  /** Gives up what waits; returns how many that were. */
  drop(): number {
    const dropped = this.#rows.length;
    this.#rows = [];
    return dropped;
  }

  /** Throws what the database throws; then they all wait on. */
  writeTo(db: Database): void {
    this.#write(db, this.#rows);
    this.#rows = [];
  }
}
