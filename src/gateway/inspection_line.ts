import type { Turn } from "../lib/turn.ts";

/** How long one body is judged before everything else of the thread has its turn. */
const TURN_MS = 5;
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

interface Waiting {
  readonly inspection: Inspection;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/**
 * [SECURITY] Bodies that were made to be slow keep a thread from nothing else: one turn of the event loop judges one of
 * them for a moment, however many there are, and they have their turns one after the other. How many can wait is
 * bounded by the memory for held bodies. One a thread.
 */
export class InspectionLine {
  readonly #clock: { monotonic(): number };
  readonly #turn: Turn;
  readonly #line: Waiting[] = [];

  constructor({ clock, turn }: { clock: { monotonic(): number }; turn: Turn }) {
    this.#clock = clock;
    this.#turn = turn;
  }

  get waiting(): number {
    return this.#line.length;
  }

  join(inspection: Inspection): void {
    const mayStart = this.#line.length === 0 || inspection.bytes <= SHORT_BYTES;
    if (mayStart && inspection.goOn(TURN_MS)) return;
    inspection.mustWait();
    if (this.#line.push({ inspection, since: this.#clock.monotonic() }) === 1) this.#turn.atEnd(this.#next);
  }

  readonly #next = () => {
    const first = this.#line.shift()!;
    if (this.#clock.monotonic() - first.since > MAX_WAIT_MS) first.inspection.giveUp();
    else if (!first.inspection.goOn(TURN_MS)) this.#line.push(first);
    if (this.#line.length > 0) this.#turn.atEnd(this.#next);
  };
}
