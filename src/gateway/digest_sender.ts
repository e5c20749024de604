import type { Clock } from "../core/clock.ts";
import { type DigestBatch, NUMBERS, packDigest, type RequestDigest } from "../core/request_digest.ts";
import type { StartTimer } from "./record_batcher.ts";

export interface DigestSenderOptions {
  readonly clock: Clock;
  readonly startTimer?: StartTimer;
}

const BATCH_DIGESTS = 256;
/** How long the first of a batch waits at most: the analyst has to decide within 200 ms. */
const BATCH_MS = 50;
/** Digests under way that the analyst has not looked at; further batches wait here … */
const MOST_UNDER_WAY = 4_096;
/** … so many; then the oldest is dropped and counted. */
const MOST_WAITING = 64;

/**
 * The gateway's end of the way to the analyst: digests leave in batches of 256 or after 50 ms. It never waits and never
 * grows without bound: where the analyst is behind, or dead, the oldest requests are dropped, and it is told how many.
 */
export class DigestSender {
  readonly #clock: Clock;
  readonly #startTimer: StartTimer;
  #post: ((batch: DigestBatch) => void) | null = null;
  #texts: string[] = [];
  #numbers = new Float64Array(BATCH_DIGESTS * NUMBERS);
  #waiting: DigestBatch[] = [];
  #underWay = 0;
  #lost = 0;
  #stopTimer: (() => void) | null = null;
  #lastSentAt = Number.NEGATIVE_INFINITY;

  constructor(options: DigestSenderOptions) {
    this.#clock = options.clock;
    this.#startTimer = options.startTimer ?? systemTimer;
  }

  /** The way to an analyst, the first or one that was started again: it knows nothing of what the former was told. */
  connect(post: (batch: DigestBatch) => void): void {
    this.#post = post;
    this.#underWay = 0;
    this.#drain();
  }

  add(digest: RequestDigest): void {
    this.#texts.push(packDigest(digest, this.#numbers, this.#texts.length * NUMBERS));
    if (this.#texts.length === BATCH_DIGESTS) return this.#close();
    if (this.#stopTimer !== null) return;
    const waitMs = this.#lastSentAt + BATCH_MS - this.#clock.monotonic();
    this.#stopTimer = this.#startTimer(() => this.#close(), Math.min(Math.max(waitMs, 0), BATCH_MS));
  }

  /** The analyst has looked at so many. */
  taken(digests: number): void {
    this.#underWay = Math.max(0, this.#underWay - digests);
    this.#drain();
  }

  #close(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    this.#lastSentAt = this.#clock.monotonic();
    const count = this.#texts.length;
    this.#waiting.push({
      kind: "digests",
      texts: this.#texts,
      numbers: count === BATCH_DIGESTS ? this.#numbers : this.#numbers.slice(0, count * NUMBERS),
      lost: 0,
    });
    // A full one is given away with its batch.
    if (count === BATCH_DIGESTS) this.#numbers = new Float64Array(BATCH_DIGESTS * NUMBERS);
    this.#texts = [];
    if (this.#waiting.length > MOST_WAITING) this.#lost += this.#waiting.shift()!.texts.length;
    this.#drain();
  }

  #drain(): void {
    if (this.#post === null) return;
    while (this.#waiting.length > 0 && this.#underWay < MOST_UNDER_WAY) {
      const batch = this.#waiting.shift()!;
      this.#underWay += batch.texts.length;
      this.#post({ ...batch, lost: this.#lost });
      this.#lost = 0;
    }
  }
}

function systemTimer(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
