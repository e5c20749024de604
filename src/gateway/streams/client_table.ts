/** Who stands in a `ClientTable`. */
export interface TableEntry {
  readonly key: string;
  readonly client: string;
  /** The upstream has answered and the client has spoken again: no forged address does that. */
  isConfirmed: boolean;
  /** On a clock that never goes back. */
  activeAt: number;
}

/**
 * UDP clients, a bounded number of them, the longest silent first. Where one more needs room, somebody unconfirmed goes
 * before anybody confirmed, and of equals the longest silent: so a flood with forged addresses turns over its own entries
 * and leaves those who talk.
 */
export class ClientTable<T extends TableEntry> {
  readonly #most: number;
  /** In the order of their last datagram. */
  readonly #fresh = new Map<string, T>();
  readonly #confirmed = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#fresh.size + this.#confirmed.size;
  }

  get isFull(): boolean {
    return this.size >= this.#most;
  }

  get(key: string): T | undefined {
    return this.#confirmed.get(key) ?? this.#fresh.get(key);
  }

  add(entry: T): void {
    this.#mapOf(entry).set(entry.key, entry);
  }

  /** It has just said something. */
  touch(entry: T, nowMs: number): void {
    entry.activeAt = nowMs;
    const map = this.#mapOf(entry);
    map.delete(entry.key);
    map.set(entry.key, entry);
  }

  confirm(entry: T): void {
    if (entry.isConfirmed) return;
    this.#fresh.delete(entry.key);
    entry.isConfirmed = true;
    this.#confirmed.set(entry.key, entry);
  }

  delete(entry: T): void {
    this.#mapOf(entry).delete(entry.key);
  }

  /** Who goes where one more needs room; with `client` of that client's alone. */
  victim(client?: string): T | undefined {
    for (const map of [this.#fresh, this.#confirmed]) {
      for (const entry of map.values()) if (client === undefined || entry.client === client) return entry;
    }
    return undefined;
  }

  /** Those who have been silent since `beforeMs`; each map is in order, so the look is as long as what it finds. */
  *silentSince(beforeMs: number): Iterable<T> {
    for (const map of [this.#fresh, this.#confirmed]) {
      for (const entry of map.values()) {
        if (entry.activeAt >= beforeMs) break;
        yield entry;
      }
    }
  }

  all(): T[] {
    return [...this.#fresh.values(), ...this.#confirmed.values()];
  }

  #mapOf(entry: T): Map<string, T> {
    return entry.isConfirmed ? this.#confirmed : this.#fresh;
  }
}
