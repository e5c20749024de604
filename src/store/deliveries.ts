import type { Notice } from "../core/notice.ts";
import type { Database } from "./database.ts";

export type DeliveryState = "waiting" | "sent" | "dead";

/** One message on its way to one channel. Times in milliseconds since 1970. */
export interface Delivery {
  readonly id: string;
  readonly at: number;
  readonly channelId: string;
  readonly channelName: string;
  readonly state: DeliveryState;
  readonly notices: readonly Notice[];
  /** Notices that it only counts. */
  readonly more: number;
  readonly attempts: number;
  readonly nextAt: number;
  readonly doneAt: number | null;
  /** Of the last attempt; empty: it did not fail. */
  readonly error: string;
}

interface Row extends Omit<Delivery, "notices"> {
  readonly notices: string;
}

const COLUMNS = `id, at, channel_id AS channelId, channel_name AS channelName, state, notices, more, attempts,
  next_at AS nextAt, done_at AS doneAt, error`;
/** Rows that are kept, those that wait besides. */
const MOST_DONE = 1_000;
const KEPT_MS = 30 * 86_400_000;
/** Longer than any certificate is told to end. */
const TOLD_KEPT_MS = 400 * 86_400_000;

export class DeliveryTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Newest first. */
  list(limit: number, state?: DeliveryState): Delivery[] {
    const where = state === undefined ? "" : "WHERE state = ?";
    return this.#db.all<Row>(
      `SELECT ${COLUMNS} FROM deliveries ${where} ORDER BY at DESC, id LIMIT ?`,
      ...(state === undefined ? [] : [state]),
      limit,
    ).map(open);
  }

  get(id: string): Delivery | null {
    const row = this.#db.get<Row>(`SELECT ${COLUMNS} FROM deliveries WHERE id = ?`, id);
    return row === undefined ? null : open(row);
  }

  /** Those that wait, the first that is due first. */
  waiting(limit: number): Delivery[] {
    return this.#db.all<Row>(
      `SELECT ${COLUMNS} FROM deliveries WHERE state = 'waiting' ORDER BY next_at, at LIMIT ?`,
      limit,
    ).map(open);
  }

  /** The machine's clock was set by so much: what waits waits as long as before. */
  shift(ms: number): void {
    this.#db.run("UPDATE deliveries SET next_at = next_at + ? WHERE state = 'waiting'", ms);
  }

  /** The one of a channel that was never tried, to which more can be added. */
  untried(channelId: string): Delivery | null {
    const row = this.#db.get<Row>(
      `SELECT ${COLUMNS} FROM deliveries
       WHERE state = 'waiting' AND channel_id = ? AND attempts = 0 ORDER BY at DESC LIMIT 1`,
      channelId,
    );
    return row === undefined ? null : open(row);
  }

  /** When the channel last gave something out, and how often since `from`. */
  tried(channelId: string, from: number): { readonly lastAt: number | null; readonly count: number } {
    return this.#db.get<{ lastAt: number | null; count: number }>(
      `SELECT max(done_at) AS lastAt, count(*) FILTER (WHERE done_at >= ?2) AS count
       FROM deliveries WHERE channel_id = ?1 AND state <> 'waiting'`,
      channelId,
      from,
    )!;
  }

  /** Of a channel that is removed: what waits or did not arrive is nobody's business any more. */
  forget(channelId: string): void {
    this.#db.run("DELETE FROM deliveries WHERE channel_id = ? AND state <> 'sent'", channelId);
  }

  /** Those that failed and wait for another attempt, and those that were given up. */
  undelivered(): { readonly waiting: number; readonly givenUp: number } {
    return this.#db.get<{ waiting: number; givenUp: number }>(
      `SELECT count(*) FILTER (WHERE state = 'waiting' AND attempts > 0) AS waiting,
         count(*) FILTER (WHERE state = 'dead') AS givenUp FROM deliveries`,
    )!;
  }

  /** Adds it, or puts it in the place of the one with its id. */
  put(delivery: Delivery): void {
    this.#db.run(
      `INSERT INTO deliveries (id, at, channel_id, channel_name, state, notices, more, attempts, next_at, done_at, error)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, notices = excluded.notices, more = excluded.more,
         attempts = excluded.attempts, next_at = excluded.next_at, done_at = excluded.done_at,
         error = excluded.error`,
      delivery.id,
      delivery.at,
      delivery.channelId,
      delivery.channelName,
      delivery.state,
      JSON.stringify(delivery.notices),
      delivery.more,
      delivery.attempts,
      delivery.nextAt,
      delivery.doneAt,
      delivery.error,
    );
  }

  /** True the first time it is asked for `what`. */
  tellOnce(what: string, now: number): boolean {
    return this.#db.run("INSERT INTO told (what, at) VALUES (?, ?) ON CONFLICT DO NOTHING", what, now) > 0;
  }

  /** What is over for long, or too much, leaves. */
  prune(now: number): void {
    this.#db.run("DELETE FROM deliveries WHERE state <> 'waiting' AND at < ?", now - KEPT_MS);
    this.#db.run("DELETE FROM told WHERE at < ?", now - TOLD_KEPT_MS);
    this.#db.run(
      `DELETE FROM deliveries WHERE state <> 'waiting' AND id NOT IN (
         SELECT id FROM deliveries WHERE state <> 'waiting' ORDER BY at DESC LIMIT ${MOST_DONE})`,
    );
  }
}

function open({ notices, ...row }: Row): Delivery {
  return { ...row, notices: JSON.parse(notices) as Notice[] };
}
