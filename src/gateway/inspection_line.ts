/** How long one body is judged before everything else of the thread has its turn. */
const TURN_MS = 10;
/**
 * Until the next turn: the shortest that the runtime's timers know, 2.1 ms (measured). What is asked for by
 * `setImmediate` runs before sockets are read (1 answer in 60 such turns, measured), and would let nobody in between.
 */
const TIMER_MS = 1;
/** Shorter bodies are judged at once: waiting would only keep them. */
const SHORT_BYTES = 8 * 1024;
/** [SECURITY] How long a body may be in line; then the thread has more to judge than it ever can. */
const MAX_WAIT_MS = 30_000;

/** The judgement of a body that is held. */
export interface Inspection {
  readonly bytes: number;
  /** Judges for about `ms` milliseconds. True: it is over, or nobody wants to know any more. */
  goOn(ms: number): boolean;
  /** It is not over, and waits for its next turn. Called once. */
  mustWait(): void;
  /** It has been in line for too long. */
  giveUp(): void;
}

export interface InspectionLineParts {
  readonly clock: { monotonic(): number };
  /** Calls `run` once sockets have been looked at. */
  readonly later?: (run: () => void) => void;
}

interface Waiting {
  readonly inspection: Inspection;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/**
 * [SECURITY] Bodies that were made to be slow keep a thread from nothing else: one of them is judged for a moment, then
 * sockets have their turn, then the next one is judged, however many there are. How many can wait is bounded by the
 * memory for held bodies. One a thread.
 */
export class InspectionLine {
  readonly #clock: { monotonic(): number };
  readonly #later: (run: () => void) => void;
  readonly #line: Waiting[] = [];

  constructor({ clock, later = soon }: InspectionLineParts) {
    this.#clock = clock;
    this.#later = later;
  }

  get waiting(): number {
    return this.#line.length;
  }

  join(inspection: Inspection): void {
    const mayStart = this.#line.length === 0 || inspection.bytes <= SHORT_BYTES;
    if (mayStart && inspection.goOn(TURN_MS)) return;
    inspection.mustWait();
    if (this.#line.push({ inspection, since: this.#clock.monotonic() }) === 1) this.#later(this.#next);
  }

  readonly #next = () => {
    const first = this.#line.shift()!;
    if (this.#clock.monotonic() - first.since > MAX_WAIT_MS) first.inspection.giveUp();
    else if (!first.inspection.goOn(TURN_MS)) this.#line.push(first);
    if (this.#line.length > 0) this.#later(this.#next);
  };
}

function soon(run: () => void): void {
  setTimeout(run, TIMER_MS);
}
