import { bucketOf, LATENCY_BUCKETS } from "../../lib/log_histogram.ts";

/** Doubles of one target and gateway: what ended, what of it failed, how long answers took in all, and their histogram. */
const REQUESTS = 0;
const FAILURES = 1;
const LATENCY_SUM = 2;
const LATENCY = 3;
const ROW = LATENCY + LATENCY_BUCKETS;

/** What a target was asked since it got its cell, over all gateways. */
export interface TargetTally {
  /** Requests of which it is known how they went. */
  readonly requests: number;
  /** 5xx, no connection, no answer in time, garbage. */
  readonly failures: number;
  readonly latencySumMs: number;
  /** Answers by bucket of `log_histogram`, without tunnels and event streams. */
  readonly latency: Float64Array;
}

export function tallyBytes(gateways: number, cells: number): number {
  return gateways * cells * ROW * Float64Array.BYTES_PER_ELEMENT;
}

/**
 * Sums that only grow, a row a target and gateway: each row has one writer, so plain stores do (see `TargetCells`).
 * A reader takes the difference of two readings for what happened between them.
 */
export class TargetTallies {
  readonly #words: Float64Array;
  readonly #gateways: number;
  readonly #index: number;

  constructor(buffer: SharedArrayBuffer, byteOffset: number, gateways: number, cells: number, index: number) {
    this.#words = new Float64Array(buffer, byteOffset, gateways * cells * ROW);
    this.#gateways = gateways;
    this.#index = index;
  }

  ended(slot: number): void {
    this.#words[this.#row(slot) + REQUESTS]! += 1;
  }

  failed(slot: number): void {
    this.#words[this.#row(slot) + FAILURES]! += 1;
  }

  took(slot: number, ms: number): void {
    const row = this.#row(slot);
    this.#words[row + LATENCY_SUM]! += ms;
    this.#words[row + LATENCY + bucketOf(ms)]! += 1;
  }

  read(slot: number): TargetTally {
    const sums = new Float64Array(ROW);
    const start = slot * this.#gateways * ROW;
    for (let i = 0; i < this.#gateways * ROW; i++) sums[i % ROW]! += this.#words[start + i]!;
    return {
      requests: sums[REQUESTS]!,
      failures: sums[FAILURES]!,
      latencySumMs: sums[LATENCY_SUM]!,
      latency: sums.subarray(LATENCY),
    };
  }

  reset(slot: number): void {
    const row = this.#words.subarray(slot * this.#gateways * ROW, (slot + 1) * this.#gateways * ROW);
    // Pages of targets without traffic stay unused.
    if (row.some((word) => word !== 0)) row.fill(0);
  }

  #row(slot: number): number {
    return (slot * this.#gateways + this.#index) * ROW;
  }
}
