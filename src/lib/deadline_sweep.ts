/** Something that must be over by `deadline`, milliseconds on the sweep's clock; Infinity where it need not. */
export interface Deadlined {
  deadline: number;
  /** Called once the deadline has passed. It must remove itself or set a later deadline. */
  onDeadline(): void;
}

/**
 * Many deadlines, one timer. A timer per request costs more than the request's parsing; here setting a deadline is
 * one assignment, and a sweep looks at all of them a few times a second. So a deadline fires up to one interval late.
 * The timer only runs while there is something to watch.
 */
export class DeadlineSweep {
  readonly #clock: { monotonic(): number };
  readonly #intervalMs: number;
  readonly #items = new Set<Deadlined>();
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(clock: { monotonic(): number }, intervalMs = 250) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  get size(): number {
    return this.#items.size;
  }

  /** The moment `ms` from now, to assign to a `deadline`. */
  after(ms: number): number {
    return this.#clock.monotonic() + ms;
  }

  add(item: Deadlined): void {
    this.#items.add(item);
    this.#timer ??= setInterval(() => this.sweep(), this.#intervalMs);
  }

  delete(item: Deadlined): void {
    if (!this.#items.delete(item) || this.#items.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Fires everything that is due; the timer's work, public so that a test can do it by hand. */
  sweep(): void {
    const now = this.#clock.monotonic();
    for (const item of this.#items) if (item.deadline <= now) item.onDeadline();
  }
}
