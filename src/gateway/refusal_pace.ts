import type { RequestRecord } from "../core/record.ts";

/**
 * Refusals that a thread carries out in a beat while others are served: about 5,600 a second. Twice as many let the
 * others' slowest hundredth take 5.6 ms beside a flood in place of 4.1 (measured).
 */
const A_BEAT = 12;
/** The shortest time that the runtime's timers know; it takes 2.1 ms (measured). */
const TIMER_MS = 1;
const BEAT_MS = 2;
/** Refusals that wait, each thread: three quarters of a second's. Whoever comes then is refused at once. */
const MOST_WAITING = 4_096;
/** How long somebody counts as served, in calls of `look`. */
const SERVED_LOOKS = 10;

export interface RefusalPaceParts {
  /** A moment ago will do. */
  readonly clock: { monotonic(): number };
  readonly perBeat?: number;
  readonly mostWaiting?: number;
}

/**
 * Keeps a flood of refusals from taking the processor away from those who are served. Refused clients that ask again as
 * soon as they have an answer keep every core busy, however little an answer costs, and a request that is served then
 * waits at each of its steps until the kernel lets it run: its slowest hundredth took 3 to 6 times as long (measured).
 *
 * So, while somebody else is served, a thread carries out a few refusals in each beat; further ones wait for the next beat in
 * the order they came. While nobody else is served, and for the few refusals of ordinary life, nothing waits. One a thread.
 */
export class RefusalPace {
  readonly #clock: { monotonic(): number };
  readonly #perBeat: number;
  readonly #mostWaiting: number;
  /** Whoever is before `#next` is through. */
  #line: (() => void)[] = [];
  #next = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Refusals that this beat has left, and when it began. */
  #left: number;
  #beganAt = 0;
  #lastRefused = "";
  /** Of those who were not refused last. */
  #lastServed = "";
  #served = 0;
  /** Looks for which others count as served. */
  #looks = 0;

  constructor({ clock, perBeat = A_BEAT, mostWaiting = MOST_WAITING }: RefusalPaceParts) {
    this.#clock = clock;
    this.#perBeat = perBeat;
    this.#mostWaiting = mostWaiting;
    this.#left = perBeat;
  }

  get waiting(): number {
    return this.#line.length - this.#next;
  }

  /** A request is over. */
  note({ client, action }: Pick<RequestRecord, "client" | "action">): void {
    if (action === "blocked" || action === "challenged") this.#lastRefused = client;
    else if (client !== this.#lastRefused) this.#lastServed = client;
  }

  /** True: since the last call somebody was served who is not the one being refused, as far as one can tell. */
  takeServed(): boolean {
    const client = this.#lastServed;
    this.#lastServed = "";
    return client !== "" && client !== this.#lastRefused;
  }

  /** `served`: how often `takeServed` was true in all threads together. To be told about once a second. */
  look(served: number): void {
    if (served !== this.#served) this.#looks = SERVED_LOOKS;
    else if (this.#looks > 0) this.#looks--;
    this.#served = served;
  }

  /** True: the refusal is to be carried out now. False: by `wait`. */
  mayGo(): boolean {
    if (this.#looks === 0) return true;
    if (this.#timer === null) {
      const now = this.#clock.monotonic();
      if (now - this.#beganAt >= BEAT_MS) this.#begin(now);
    }
    if (this.#left === 0) return this.waiting >= this.#mostWaiting;
    this.#left--;
    return true;
  }

  /** `refuse` is called in one of the next beats. */
  wait(refuse: () => void): void {
    this.#line.push(refuse);
    this.#timer ??= setTimeout(this.#beat, TIMER_MS);
  }

  #begin(now: number): void {
    this.#beganAt = now;
    this.#left = this.#perBeat;
  }

  readonly #beat = () => {
    this.#begin(this.#clock.monotonic());
    const line = this.#line;
    for (; this.#left > 0 && this.#next < line.length; this.#left--) line[this.#next++]!();
    const isEmpty = this.#next === line.length;
    if (isEmpty || this.#next >= this.#mostWaiting) {
      this.#line = isEmpty ? [] : line.slice(this.#next);
      this.#next = 0;
    }
    this.#timer = isEmpty ? null : setTimeout(this.#beat, TIMER_MS);
  };
}
