import type { Clock } from "../core/clock.ts";
import type { CorrelationEvent } from "../core/correlation_event.ts";
import { AegisError, errorText } from "../core/errors.ts";
import type {
  ControlToRecorder,
  GatewayToRecorder,
  RecorderToControl,
  RequestTally,
} from "../core/messages.ts";
import type { Logger } from "../core/ports.ts";
import { countRequests, type RequestRecord } from "../core/record.ts";
import type { StreamRecord } from "../core/stream.ts";
import type { Database } from "../store/database.ts";
import { deleteOneBatch, type RetentionLimits } from "../store/traffic_retention.ts";
import { deleteOldCorrelationEvents, insertCorrelationEvents } from "../store/correlation_events.ts";
import { deleteOldStreamRecords, writeStreamRecords } from "../store/stream_log.ts";
import { LiveTail } from "./live_tail.ts";
import { LogWriter } from "./log_writer.ts";
import { WaitingRows } from "./waiting_rows.ts";

export interface RecorderOptions {
  /** Opens the log; called again after a failure, so it may throw `unavailable` as long as it likes. */
  readonly openDatabase: () => Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tell: (message: RecorderToControl) => void;
}

/** What gateways tell, unpacked. */
export type RecordBatch = Omit<GatewayToRecorder, "packed">;

interface Batch {
  records: readonly RequestRecord[];
  tallies: readonly RequestTally[];
  /** Tells the gateway that these records are off its account. */
  readonly written: (records: number) => void;
}

/** Records that wait for a database that does not take them; beyond it they are counted as lost. */
export const MOST_WAITING = 30_000;
/** Batches that wait with them; the sums of further ones are missing in the figures, as `lost` says of the rows. */
const MOST_BATCHES = 1_000;
/** Of the waiting records, as many are left to blocks and detections alone. */
const RESERVED = 10_000;
/** Connections of streams, and events of the analyst, that wait as well. */
const MOST_STREAM_ROWS = 20_000;
const MOST_EVENTS = 2_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
/** Until control says what the operator wants: 30 days and 5 GB (spec 04). */
const DEFAULT_LIMITS: RetentionLimits = { days: 30, maxBytes: 5_000_000_000 };

/**
 * The one writer of the request log. Batches are written as they come; while the disk is full or the database locked
 * they wait in a bounded queue, and what has no room is counted. Whoever sends never waits.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #tail = new LiveTail();
  readonly #streams = new WaitingRows<StreamRecord>(MOST_STREAM_ROWS, writeStreamRecords);
  readonly #events = new WaitingRows<CorrelationEvent>(MOST_EVENTS, insertCorrelationEvents);
  readonly #queue: Batch[] = [];
  #db: Database | null = null;
  #writer: LogWriter | null = null;
  #waiting = 0;
  #retryAt = Number.NEGATIVE_INFINITY;
  #retryMs = FIRST_RETRY_MS;
  #limits = DEFAULT_LIMITS;
  #health = { lost: 0, sampledOut: 0, error: null as string | null };
  #stopped = false;
  /** The last record that the database will never take; logged once a tick, however many there are. */
  #refused: { readonly requestId: string; readonly error: string } | null = null;
  #told = JSON.stringify(this.#health);

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** A batch of a gateway; `written` is called with its size once it is in the file or counted as lost. */
  receive(message: RecordBatch, written: (records: number) => void): void {
    const counted = message.tallies.reduce((sum, { requests }) => sum + requests, 0);
    this.#health.sampledOut += counted;
    this.#health.lost += message.lost;
    const repeats = countRequests(message.records) - message.records.length;
    this.#tail.add(message.records, counted + repeats);
    const kept = this.#stopped ? [] : this.#admit(message.records);
    const dropped = message.records.length - kept.length;
    this.#health.lost += countRequests(message.records) - countRequests(kept);
    if (dropped > 0) written(dropped);
    const tallies = this.#stopped || this.#queue.length >= MOST_BATCHES ? [] : message.tallies;
    if (kept.length > 0 || tallies.length > 0) {
      this.#queue.push({ records: kept, tallies, written });
      this.#waiting += kept.length;
    }
    this.#drain();
  }

  /** Connections of streams; they are written with the next tick. */
  receiveStreams(records: readonly StreamRecord[], lost: number): void {
    this.#health.lost += lost + this.#streams.add(this.#stopped ? [] : records);
  }

  /** What the analyst found; it is written with the next tick. */
  receiveEvents(events: readonly CorrelationEvent[]): void {
    this.#health.lost += this.#events.add(this.#stopped ? [] : events);
  }

  obey(message: ControlToRecorder): void {
    if (message.kind === "watch") this.#tail.watch(message.perSecond);
    else this.#limits = { days: message.days, maxBytes: message.maxBytes };
  }

  /** Four times a second: tries again what waits, feeds the live tail, reports a change of health. */
  tick(): void {
    this.#drain();
    this.#writeRows(this.#streams, "connections of streams");
    this.#writeRows(this.#events, "correlation events");
    const rows = this.#tail.take();
    if (rows !== null) this.#options.tell({ kind: "rows", ...rows });
    this.#report();
  }

  /** Deletes one batch of what is too old or too much; true where there is more to delete. */
  retain(): boolean {
    try {
      const { db } = this.#open();
      const now = this.#options.clock.now();
      deleteOldCorrelationEvents(db, this.#limits.days, now);
      const moreStreams = deleteOldStreamRecords(db, this.#limits.days, now);
      return deleteOneBatch(db, this.#limits, now) || moreStreams;
    } catch (thrown) {
      this.#options.logger.warn("retention is put off", { error: errorText(thrown) });
      return false;
    }
  }

  /** One last try, whatever the time; returns how many requests could not be written. What comes later is lost. */
  stop(): number {
    this.#retryAt = Number.NEGATIVE_INFINITY;
    this.#drain();
    this.#writeRows(this.#streams, "connections of streams");
    this.#writeRows(this.#events, "correlation events");
    let unwritten = this.#streams.size + this.#events.size;
    for (const batch of this.#queue.splice(0)) {
      unwritten += countRequests(batch.records);
      batch.written(batch.records.length);
    }
    this.#waiting = 0;
    this.#health.lost += unwritten;
    this.#report();
    this.#close();
    this.#stopped = true;
    return unwritten;
  }

  #writeRows(rows: Pick<WaitingRows<never>, "size" | "writeTo" | "drop">, what: string): void {
    if (rows.size === 0 || this.#options.clock.monotonic() < this.#retryAt) return;
    try {
      rows.writeTo(this.#open().db);
    } catch (thrown) {
      if (isPassing(thrown)) return this.#putOff(thrown);
      this.#health.lost += rows.drop();
      this.#options.logger.error(`${what} cannot be logged`, { error: errorText(thrown) });
    }
  }

  /** What of these records has room: allowed ones only below the reserve. */
  #admit(records: readonly RequestRecord[]): readonly RequestRecord[] {
    if (this.#waiting + records.length <= MOST_WAITING - RESERVED) return records;
    let waiting = this.#waiting;
    return records.filter((record) => {
      const room = record.action === "allowed" ? MOST_WAITING - RESERVED : MOST_WAITING;
      if (waiting >= room) return false;
      waiting++;
      return true;
    });
  }

  #drain(): void {
    if (this.#options.clock.monotonic() < this.#retryAt) return;
    for (let batch = this.#queue[0]; batch !== undefined; batch = this.#queue[0]) {
      try {
        this.#write(batch);
      } catch (thrown) {
        this.#putOff(thrown);
        return;
      }
      this.#queue.shift();
      this.#waiting -= batch.records.length;
      if (batch.records.length > 0) batch.written(batch.records.length);
    }
    if (this.#health.error !== null) this.#recovered();
  }

  /** Throws only what may pass by itself; a record that the database will never take is left out and counted. */
  #write(batch: Batch): void {
    const { writer } = this.#open();
    const now = this.#options.clock.now();
    try {
      this.#health.lost += writer.write(batch.records, batch.tallies, now);
    } catch (thrown) {
      if (isPassing(thrown)) throw thrown;
      this.#writeOneByOne(writer, batch, now);
    }
  }

  /** Takes each record off the batch as it is settled, so that none counts twice when the rest must wait. */
  #writeOneByOne(writer: LogWriter, batch: Batch, now: number): void {
    writer.write([], batch.tallies, now);
    batch.tallies = [];
    for (let record = batch.records[0]; record !== undefined; record = batch.records[0]) {
      try {
        this.#health.lost += writer.write([record], [], now);
      } catch (thrown) {
        if (isPassing(thrown)) throw thrown;
        this.#health.lost += countRequests([record]);
        this.#refused = { requestId: record.id, error: errorText(thrown) };
      }
      batch.records = batch.records.slice(1);
      this.#waiting--;
      batch.written(1);
    }
  }

  #open(): { db: Database; writer: LogWriter } {
    this.#db ??= this.#options.openDatabase();
    this.#writer ??= new LogWriter(this.#db);
    return { db: this.#db, writer: this.#writer };
  }

  #putOff(thrown: unknown): void {
    const text = errorText(thrown);
    if (this.#health.error === null) {
      this.#options.logger.error("the request log cannot be written; traffic goes on", { error: text });
    }
    this.#health.error = thrown instanceof AegisError ? thrown.message : text;
    this.#retryAt = this.#options.clock.monotonic() + this.#retryMs;
    // A disk that was taken away and came back needs the file opened anew.
    if (this.#retryMs === LONGEST_RETRY_MS) this.#close();
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  #close(): void {
    this.#db?.close();
    this.#db = null;
    this.#writer = null;
  }

  #recovered(): void {
    this.#health.error = null;
    this.#retryMs = FIRST_RETRY_MS;
    this.#options.logger.info("the request log is written again", { lost: this.#health.lost });
  }

  #report(): void {
    if (this.#refused !== null) {
      const { requestId, error } = this.#refused;
      this.#options.logger.error("a request cannot be logged", { request_id: requestId, error });
      this.#refused = null;
    }
    const now = JSON.stringify(this.#health);
    if (now === this.#told) return;
    this.#told = now;
    this.#options.tell({ kind: "health", ...this.#health });
  }
}

/** Full disk, lock, unreadable file: the same batch may be taken later. */
function isPassing(thrown: unknown): boolean {
  return thrown instanceof AegisError && (thrown.code === "unavailable" || thrown.code === "read_only" ||
    thrown.code === "config_refused");
}
