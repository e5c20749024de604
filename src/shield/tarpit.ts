import { type Deadlined, DeadlineSweep } from "../lib/deadline_sweep.ts";

/** Requests that are held back at once, each thread; beyond it nobody waits. */
const MOST_WAITING = 512;
/** From here on (spec 03: −5) clients wait; a little above, because a score decays while it is looked at … */
const TARPIT_REPUTATION = -4.9;
/** … the longer the worse it is, up to this at the worst there is. */
const LONGEST_MS = 5_000;
const WORST_REPUTATION = -10;

/** Something that waits, until its time has come or nobody wants it any more. */
export interface Waiting {
  /** It is not called any more. Idempotent. */
  cancel(): void;
}

/** How long a client of this reputation waits, milliseconds; 0: it does not. */
export function tarpitMs(reputation: number): number {
  if (reputation > TARPIT_REPUTATION) return 0;
  const share = (TARPIT_REPUTATION + 1 - reputation) / (TARPIT_REPUTATION + 1 - WORST_REPUTATION);
  return Math.round(LONGEST_MS * Math.min(1, share));
}

/** Holds hostile clients' requests back. One that waits is an entry in a list: no timer, no thread. */
export class Tarpit {
  readonly #sweep: DeadlineSweep;
  readonly #most: number;

  constructor(clock: { monotonic(): number }, most: number = MOST_WAITING) {
    this.#sweep = new DeadlineSweep(clock);
    this.#most = most;
  }

  get waiting(): number {
    return this.#sweep.size;
  }

  /** Ends the waits that are over; its timer's work, public so that a test can do it by hand. */
  sweep(): void {
    this.#sweep.sweep();
  }

  /** Calls `done` after `ms`, up to a quarter of a second later. null: there is no room, and it is never called. */
  wait(ms: number, done: () => void): Waiting | null {
    if (this.#sweep.size >= this.#most) return null;
    const entry = new Entry(this.#sweep, this.#sweep.after(ms), done);
    this.#sweep.add(entry);
    return entry;
  }
}

class Entry implements Deadlined, Waiting {
  deadline: number;
  sweepAt = -1;
  readonly #sweep: DeadlineSweep;
  readonly #done: () => void;

  constructor(sweep: DeadlineSweep, deadline: number, done: () => void) {
    this.#sweep = sweep;
    this.deadline = deadline;
    this.#done = done;
  }

  onDeadline(): void {
    this.cancel();
    this.#done();
  }

  cancel(): void {
    this.#sweep.delete(this);
  }
}
