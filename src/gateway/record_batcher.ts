import type { Clock } from "../core/clock.ts";
import type { GatewayToRecorder } from "../core/messages.ts";
import type { ExchangeAction } from "../core/exchange.ts";
import { isPackable, packRecord, RECORD_NUMBERS } from "../core/packed_records.ts";
import type { RequestRecord } from "../core/record.ts";
import { type Refused, RepeatBook } from "./repeat_book.ts";
import { TokenBucket } from "../lib/token_bucket.ts";
import { type Tallied, TallyBook } from "./request_tally.ts";

/** Starts a timer and returns what stops it; a test holds it in its hand. */
export type StartTimer = (run: () => void, ms: number) => () => void;

export interface RecordBatcherOptions {
  readonly clock: Clock;
  readonly startTimer?: StartTimer;
}

const BATCH_RECORDS = 500;
const BATCH_MS = 100;
/** Rows of allowed requests that one gateway writes, a second and at once; further ones are only counted. */
const ALLOWED_ROWS_PER_SECOND = 250;
const ALLOWED_BURST = 2_500;
/** Records waiting here or unacknowledged there, from which on allowed requests are only counted … */
const ALLOWED_MOST = 5_000;
/** … and from which on nothing has room: between the two is the reserve of blocks and detections. */
const MOST = 15_000;
/** How long `flush` waits for the recorder's word. */
const FLUSH_MS = 5_000;

/**
 * The gateway's end of the request log: collects records and hands them to the recorder in batches of 500 or after
 * 100 ms. It never waits and never grows without bound. Allowed requests get rows up to a rate, and none while the
 * recorder is behind: beyond that they are summed, so that every figure stays exact and a flood of ordinary requests
 * costs the log nothing. Blocks, detections and whatever has a finding always get a row or are counted in one; their
 * reserve's overflow is counted.
 */
export class RecordBatcher {
  readonly #clock: Clock;
  readonly #startTimer: StartTimer;
  #post: ((message: GatewayToRecorder) => void) | null = null;
  #queue: RequestRecord[] = [];
  /** Ordinary ones, packed; what has no room here waits with the others. */
  #texts: string[] = [];
  readonly #numbers = new Float64Array(BATCH_RECORDS * RECORD_NUMBERS);
  #unacknowledged = 0;
  /** Refusals that are counted in records of which not all are acknowledged. */
  #repeatsUnderWay = 0;
  readonly #allowedRows = new TokenBucket(ALLOWED_ROWS_PER_SECOND, ALLOWED_BURST);
  readonly #tallies = new TallyBook();
  readonly #repeats = new RepeatBook();
  #lost = 0;
  #stopTimer: (() => void) | null = null;
  #lastSentAt = Number.NEGATIVE_INFINITY;
  #flushed: (() => void)[] = [];

  constructor(options: RecordBatcherOptions) {
    this.#clock = options.clock;
    this.#startTimer = options.startTimer ?? systemTimer;
  }

  /**
   * The way to a recorder, the first or one that was started again: what the former held without having said that it
   * is written is not waited for, but counted.
   */
  connect(post: (message: GatewayToRecorder) => void): void {
    this.#post = post;
    this.#lost += this.#unacknowledged + this.#repeatsUnderWay;
    this.#unacknowledged = 0;
    this.#repeatsUnderWay = 0;
    this.#schedule();
  }

  /** Whether a request that ended so gets a row of its own (`add`), or is only counted (`tally`). */
  wants(action: ExchangeAction, hasFindings: boolean): boolean {
    if (action !== "allowed" || hasFindings) return true;
    return this.#load < ALLOWED_MOST && this.#allowedRows.take(this.#clock.monotonic());
  }

  add(record: RequestRecord): void {
    const packed = this.#texts.length;
    if (this.#load >= MOST) this.#lost++;
    else if (packed < BATCH_RECORDS && isPackable(record)) {
      this.#texts.push(packRecord(record, this.#numbers, packed * RECORD_NUMBERS));
    } else {
      this.#queue.push(record);
      if (isEarlyRefusal(record)) this.#repeats.enter(record, this.#queue.length - 1);
    }
    this.#schedule();
  }

  /** A refusal that no target saw: true where it is counted in a record that waits here and needs none of its own. */
  repeats(refused: Refused): boolean {
    return this.#repeats.count(refused);
  }

  tally(request: Tallied): void {
    this.#tallies.add(request);
    this.#schedule();
  }

  /** The recorder has written (or counted as lost) this many records. */
  written(records: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - records);
    if (this.#unacknowledged === 0) this.#repeatsUnderWay = 0;
    if (this.#waiting === 0 && this.#unacknowledged === 0) this.#settle();
  }

  /** Sends what waits; resolves when the recorder has it all, or after five seconds. */
  flush(): Promise<void> {
    this.#send();
    if (this.#post === null || this.#unacknowledged === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const stopTimer = this.#startTimer(() => this.#settle(), FLUSH_MS);
      this.#flushed.push(() => {
        stopTimer();
        resolve();
      });
    });
  }

  get #waiting(): number {
    return this.#queue.length + this.#texts.length;
  }

  get #load(): number {
    return this.#waiting + this.#unacknowledged;
  }

  get #isEmpty(): boolean {
    return this.#waiting === 0 && this.#tallies.isEmpty && this.#lost === 0;
  }

  /** A full batch leaves at once, the first record after a pause as well; else the timer runs at most 100 ms. */
  #schedule(): void {
    if (this.#post === null || this.#isEmpty) return;
    if (this.#waiting >= BATCH_RECORDS) return this.#send();
    if (this.#stopTimer !== null) return;
    const waitMs = this.#lastSentAt + BATCH_MS - this.#clock.monotonic();
    this.#stopTimer = this.#startTimer(() => this.#send(), Math.min(Math.max(waitMs, 0), BATCH_MS));
  }

  #send(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    if (this.#post === null || this.#isEmpty) return;
    this.#repeatsUnderWay += this.#repeats.close(this.#queue);
    const message: GatewayToRecorder = {
      kind: "records",
      records: this.#queue,
      packed: { texts: this.#texts, numbers: this.#numbers.slice(0, this.#texts.length * RECORD_NUMBERS) },
      tallies: this.#tallies.take(),
      lost: this.#lost,
    };
    this.#unacknowledged += this.#waiting;
    this.#queue = [];
    this.#texts = [];
    this.#lost = 0;
    this.#lastSentAt = this.#clock.monotonic();
    this.#post(message);
  }

  #settle(): void {
    const waiting = this.#flushed;
    this.#flushed = [];
    for (const resolve of waiting) resolve();
  }
}

function isEarlyRefusal({ reason, action, upstreamMs }: RequestRecord): boolean {
  return reason !== null && upstreamMs < 0 && (action === "blocked" || action === "challenged");
}

function systemTimer(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
