/** Something that must be over by `deadline`, milliseconds on the sweep's clock; Infinity where it need not. */
export interface Deadlined {
  deadline: number;
  /** The sweep's own note of where it keeps the item; -1 while it does not. Begins as -1. */
  sweepAt: number;
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
  /**
   * An array whose items know their place. Not a Set: V8's leave their old hash tables chained to the next one, and
   * with an entry and an exit per request that chain keeps most requests alive until a full collection.
   */
  readonly #items: Deadlined[] = [];
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(clock: { monotonic(): number }, intervalMs = 250) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The moment `ms` from now, to assign to a `deadline`. */
  after(ms: number): number {
    return this.#clock.monotonic() + ms;
  }

  add(item: Deadlined): void {
    if (item.sweepAt >= 0) return;
    item.sweepAt = this.#items.push(item) - 1;
    this.#timer ??= setInterval(() => this.sweep(), this.#intervalMs);
  }

  delete(item: Deadlined): void {
    const at = item.sweepAt;
    if (at < 0) return;
    item.sweepAt = -1;
    const last = this.#items.pop()!;
    if (last !== item) {
      this.#items[at] = last;
      last.sweepAt = at;
    }
    if (this.#items.length > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Fires everything that is due; the timer's work, public so that a test can do it by hand. */
  sweep(): void {
    const now = this.#clock.monotonic();
    // Backwards: what leaves is replaced by an item of the end, which was looked at already.
    for (let i = this.#items.length - 1; i >= 0; i--) {
      const item = this.#items[i];
      if (item !== undefined && item.deadline <= now) item.onDeadline();
    }
  }
}
