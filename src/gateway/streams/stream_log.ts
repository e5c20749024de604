import type { Clock } from "../../core/clock.ts";
import type { StreamBatch } from "../../core/messages.ts";
import type { StreamRecord } from "../../core/stream.ts";
import { TokenBucket } from "../../lib/token_bucket.ts";

const BATCH_MS = 250;
/** Rows that one gateway writes, a second and at once; further ones are only counted. */
const ROWS_PER_SECOND = 500;
const BURST = 5_000;

/** The gateway's end of the connection log: rows leave in batches; a flood of connections costs it no more than its rate. */
export class StreamLogBatcher {
  readonly #clock: Clock;
  readonly #bucket = new TokenBucket(ROWS_PER_SECOND, BURST);
  #post: ((message: StreamBatch) => void) | null = null;
  #rows: StreamRecord[] = [];
  #lost = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The way to a recorder, the first or one that was started again. */
  connect(post: (message: StreamBatch) => void): void {
    this.#post = post;
  }

  add(record: StreamRecord): void {
    if (!this.#bucket.take(this.#clock.monotonic())) this.#lost++;
    else this.#rows.push(record);
    this.#timer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  /** What waits leaves now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#rows.length === 0 && this.#lost === 0) return;
    this.#post?.({ kind: "stream-records", records: this.#rows, lost: this.#lost });
    this.#rows = [];
    this.#lost = 0;
  }
}
