import type { Clock } from "../core/clock.ts";
import type { GatewayToRecorder } from "../core/messages.ts";
import type { RequestRecord } from "../core/record.ts";

/** Starts a timer and returns what stops it; a test holds it in its hand. */
export type StartTimer = (run: () => void, ms: number) => () => void;

export interface RecordBatcherOptions {
  readonly clock: Clock;
  readonly startTimer?: StartTimer;
}

const BATCH_RECORDS = 500;
const BATCH_MS = 100;
/** Records waiting here or unacknowledged there, from which on allowed requests are sampled … */
const SAMPLE_ABOVE = 5_000;
/** … one in this many … */
const SAMPLE_ONE_IN = 16;
/** … and from which on none is kept: what is left is the reserve of blocks and detections. */
const ALLOWED_MOST = 7_500;
/** Room in all. Beyond it blocks and detections are only counted. */
const MOST = 15_000;
/** How long `flush` waits for the recorder's word. */
const FLUSH_MS = 5_000;

/**
 * The gateway's end of the request log: collects records and hands them to the recorder in batches of 500 or after
 * 100 ms. It never waits and never grows without bound. When the recorder falls behind, allowed requests are sampled;
 * blocks and detections keep a reserve of their own, and are counted where even that is full.
 */
export class RecordBatcher {
  readonly #clock: Clock;
  readonly #startTimer: StartTimer;
  #post: ((message: GatewayToRecorder) => void) | null = null;
  #queue: RequestRecord[] = [];
  #unacknowledged = 0;
  #sampledOut = 0;
  #lost = 0;
  #sampleTurn = 0;
  #stopTimer: (() => void) | null = null;
  #lastSentAt = Number.NEGATIVE_INFINITY;
  #flushed: (() => void)[] = [];

  constructor(options: RecordBatcherOptions) {
    this.#clock = options.clock;
    this.#startTimer = options.startTimer ?? systemTimer;
  }

  /** The way to a recorder, the first or one that was started again: what the former held unwritten is not waited for. */
  connect(post: (message: GatewayToRecorder) => void): void {
    this.#post = post;
    this.#unacknowledged = 0;
    this.#schedule();
  }

  add(record: RequestRecord): void {
    if (!this.#hasRoom(record)) return;
    this.#queue.push(record);
    this.#schedule();
  }

  /** The recorder has written (or counted as lost) this many records. */
  written(records: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - records);
    if (this.#queue.length === 0 && this.#unacknowledged === 0) this.#settle();
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

  #hasRoom(record: RequestRecord): boolean {
    const load = this.#queue.length + this.#unacknowledged;
    if (load < SAMPLE_ABOVE) return true;
    if (record.action !== "allowed") {
      if (load < MOST) return true;
      this.#lost++;
      return false;
    }
    this.#sampleTurn = (this.#sampleTurn + 1) % SAMPLE_ONE_IN;
    if (load < ALLOWED_MOST && this.#sampleTurn === 0) return true;
    this.#sampledOut++;
    return false;
  }

  /** A full batch leaves at once, the first record after a pause as well; else the timer runs at most 100 ms. */
  #schedule(): void {
    if (this.#post === null || this.#queue.length === 0) return;
    const waitMs = this.#lastSentAt + BATCH_MS - this.#clock.monotonic();
    if (this.#queue.length >= BATCH_RECORDS) this.#send();
    else this.#stopTimer ??= this.#startTimer(() => this.#send(), Math.min(Math.max(waitMs, 0), BATCH_MS));
  }

  #send(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    if (this.#post === null || (this.#queue.length === 0 && this.#sampledOut === 0 && this.#lost === 0)) {
      return;
    }
    const message: GatewayToRecorder = {
      kind: "records",
      records: this.#queue,
      sampledOut: this.#sampledOut,
      lost: this.#lost,
    };
    this.#unacknowledged += this.#queue.length;
    this.#queue = [];
    this.#sampledOut = 0;
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

function systemTimer(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
