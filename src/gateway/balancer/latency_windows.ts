/** Samples that a window holds at most, and how long one counts (spec 01, Balancing and health). */
export const WINDOW_SAMPLES = 1_000;
export const WINDOW_MS = 60_000;

/**
 * A sample is one double, so that it is read whole or not at all: its time in steps of 16 ms above 12 bits of its
 * duration on a logarithmic scale, 157 steps an octave from 2^-4 ms to over an hour (each within 0.3 %).
 */
const TIME_STEP_MS = 16;
const CODES = 4_096;
const STEPS_PER_OCTAVE = 157;
const FIRST_OCTAVE = -4;

export function latencyWindowBytes(cells: number): number {
  return cells * (WINDOW_SAMPLES * Float64Array.BYTES_PER_ELEMENT + Int32Array.BYTES_PER_ELEMENT);
}

/**
 * How long targets took to answer, lately: a ring of samples a target, written by every gateway and read by control.
 * A writer takes its place by one atomic addition; the oldest sample gives way.
 */
export class LatencyWindows {
  readonly #samples: Float64Array;
  readonly #next: Int32Array;

  constructor(buffer: SharedArrayBuffer, byteOffset: number, cells: number) {
    this.#samples = new Float64Array(buffer, byteOffset, cells * WINDOW_SAMPLES);
    this.#next = new Int32Array(buffer, byteOffset + this.#samples.byteLength, cells);
  }

  /** `at`: wall clock, milliseconds since 1970. */
  add(slot: number, ms: number, at: number): void {
    const place = (Atomics.add(this.#next, slot, 1) >>> 0) % WINDOW_SAMPLES;
    this.#samples[slot * WINDOW_SAMPLES + place] = Math.floor(at / TIME_STEP_MS) * CODES + codeOf(ms);
  }

  /** Durations that came after `since`, in no order. */
  read(slot: number, since: number): number[] {
    const start = slot * WINDOW_SAMPLES;
    const oldest = Math.floor(since / TIME_STEP_MS) * CODES;
    const found: number[] = [];
    for (const word of this.#samples.subarray(start, start + WINDOW_SAMPLES)) {
      if (word !== 0 && word >= oldest) found.push(durationOf(word % CODES));
    }
    return found;
  }

  reset(slot: number): void {
    if (Atomics.exchange(this.#next, slot, 0) === 0) return;
    this.#samples.fill(0, slot * WINDOW_SAMPLES, (slot + 1) * WINDOW_SAMPLES);
  }
}

/** Nearest-rank quantiles (0 to 1) of `durations`, in the order asked for; null where there is no sample. */
export function quantilesOf(durations: readonly number[], quantiles: readonly number[]): number[] | null {
  if (durations.length === 0) return null;
  const sorted = Float64Array.from(durations).sort();
  return quantiles.map((quantile) => sorted[Math.max(0, Math.ceil(sorted.length * quantile) - 1)]!);
}

function codeOf(ms: number): number {
  if (!(ms > 0)) return 0;
  const code = Math.round((Math.log2(ms) - FIRST_OCTAVE) * STEPS_PER_OCTAVE);
  return Math.min(Math.max(code, 0), CODES - 1);
}

function durationOf(code: number): number {
  return 2 ** (code / STEPS_PER_OCTAVE + FIRST_OCTAVE);
}
