import type { ExchangeAction } from "../core/exchange.ts";
import { type Reason, REASONS } from "../core/reason.ts";
import type { RequestRecord } from "../core/record.ts";
import { bucketOf, type HistogramBucket, LATENCY_BUCKETS } from "../lib/log_histogram.ts";

const ACTIONS: readonly ExchangeAction[] = ["allowed", "detected", "blocked", "challenged"];
const REASON_NAMES = Object.keys(REASONS) as Reason[];
/** Index is the first digit; 0: closed without an answer. */
const STATUS_CLASSES = 6;
/** The last bucket takes whatever is longer. */
const SINGLES = [
  "requestBytes",
  "responseBytes",
  "latencySumMs",
  "challengesIssued",
  "challengesPassed",
  "challengesFailed",
  "served",
  "heartbeat",
] as const;
type Single = typeof SINGLES[number];

const REASONS_AT = ACTIONS.length;
const STATUS_AT = REASONS_AT + REASON_NAMES.length;
const SINGLES_AT = STATUS_AT + STATUS_CLASSES;
const LATENCY_AT = SINGLES_AT + SINGLES.length;
/** Doubles of one row, rounded up so that no two rows share a cache line. */
const ROW = Math.ceil((LATENCY_AT + LATENCY_BUCKETS) / 16) * 16;

const ACTION_AT = new Map(ACTIONS.map((name, i) => [name, i]));
const REASON_AT = new Map(REASON_NAMES.map((name, i) => [name, REASONS_AT + i]));
const SINGLE_AT = Object.fromEntries(SINGLES.map((name, i) => [name, SINGLES_AT + i])) as Record<
  Single,
  number
>;

const CHALLENGE_AT = Object.freeze({
  issued: SINGLE_AT.challengesIssued,
  passed: SINGLE_AT.challengesPassed,
  failed: SINGLE_AT.challengesFailed,
});

/** What the counters take of a request. */
export type CountedRequest = Pick<
  RequestRecord,
  "action" | "reason" | "status" | "requestBytes" | "responseBytes" | "latencyMs"
>;

/** Sums over all gateways since the process began. */
export interface CounterTotals extends Readonly<Record<Exclude<Single, "served" | "heartbeat">, number>> {
  readonly requests: Readonly<Record<ExchangeAction, number>>;
  /** Only reasons that occurred. */
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
  /** By first digit of the status, 1 to 5; index 0: closed without an answer. */
  readonly statusClasses: readonly number[];
  /** Latency of answered requests; only buckets that are not empty. */
  readonly latency: readonly HistogramBucket[];
}

export function createCounters(gateways: number): SharedArrayBuffer {
  return new SharedArrayBuffer(gateways * ROW * Float64Array.BYTES_PER_ELEMENT);
}

/**
 * One row of counters a gateway, written by that gateway alone and summed by whoever reads. Doubles, because bytes
 * pass 2^32; an aligned double is read and written whole on the 64-bit machines that this runs on. A row outlives its
 * thread: the next one with that index counts on.
 */
export class Counters {
  readonly #words: Float64Array;
  readonly #row: number;

  constructor(buffer: SharedArrayBuffer, index: number) {
    this.#words = new Float64Array(buffer);
    this.#row = index * ROW;
  }

  /** One request that is over, whatever became of it. */
  countRequest(record: CountedRequest): void {
    this.#add(ACTION_AT.get(record.action)!, 1);
    if (record.reason !== null) this.#add(REASON_AT.get(record.reason)!, 1);
    this.#add(STATUS_AT + Math.min(Math.trunc(record.status / 100), STATUS_CLASSES - 1), 1);
    this.#add(SINGLE_AT.requestBytes, record.requestBytes);
    this.#add(SINGLE_AT.responseBytes, record.responseBytes);
    if (record.status === 0) return;
    this.#add(SINGLE_AT.latencySumMs, record.latencyMs);
    this.#add(LATENCY_AT + bucketOf(record.latencyMs), 1);
  }

  /** A challenge that was given out, proved, or brought back without a proof. */
  countChallenge(what: keyof typeof CHALLENGE_AT): void {
    this.#add(CHALLENGE_AT[what], 1);
  }

  beat(): void {
    this.#add(SINGLE_AT.heartbeat, 1);
  }

  /** Beats of a gateway. */
  beats(gateway: number): number {
    return this.#words[gateway * ROW + SINGLE_AT.heartbeat]!;
  }

  /** In a second this gateway has served somebody who is not being refused; see `RefusalPace`. */
  countServed(): void {
    this.#add(SINGLE_AT.served, 1);
  }

  /** Of all gateways since the process began. */
  served(): number {
    let sum = 0;
    for (let at = SINGLE_AT.served; at < this.#words.length; at += ROW) sum += this.#words[at]!;
    return sum;
  }

  read(): CounterTotals {
    const sums = new Float64Array(ROW);
    for (let i = 0; i < this.#words.length; i++) sums[i % ROW]! += this.#words[i]!;
    const single = (name: Single) => sums[SINGLE_AT[name]]!;
    const requests = Object.fromEntries(ACTIONS.map((name, i) => [name, sums[i]!]));
    const reasons = REASON_NAMES.map((name, i) => [name, sums[REASONS_AT + i]!] as const);
    const buckets = Array.from(
      { length: LATENCY_BUCKETS },
      (_, i) => ({ bucket: i, n: sums[LATENCY_AT + i]! }),
    );
    return {
      requests: requests as Record<ExchangeAction, number>,
      reasons: Object.fromEntries(reasons.filter(([, n]) => n > 0)),
      statusClasses: [...sums.subarray(STATUS_AT, STATUS_AT + STATUS_CLASSES)],
      latency: buckets.filter(({ n }) => n > 0),
      requestBytes: single("requestBytes"),
      responseBytes: single("responseBytes"),
      latencySumMs: single("latencySumMs"),
      challengesIssued: single("challengesIssued"),
      challengesPassed: single("challengesPassed"),
      challengesFailed: single("challengesFailed"),
    };
  }

  #add(at: number, by: number): void {
    this.#words[this.#row + at]! += by;
  }
}
