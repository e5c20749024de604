import { lookup } from "node:dns";
import type { Clock } from "../../core/clock.ts";
import { keepNewest } from "../../lib/keep_newest.ts";

/** Addresses of a name, in the order they should be tried. */
export type Lookup = (
  name: string,
  done: (error: Error | null, addresses: readonly string[]) => void,
) => void;

/**
 * The system's own resolution (hosts file, search domains, resolv.conf). It needs the network permission only: the
 * lookup runs natively, so the thread need not read the files itself.
 */
export function systemLookup(name: string, done: Parameters<Lookup>[1]): void {
  lookup(name, { all: true }, (error, addresses) => {
    if (error !== null) done(error, []);
    else done(null, addresses.map((each) => each.address));
  });
}

interface Entry {
  /** Monotonic milliseconds; Infinity while the lookup runs. */
  expiresAt: number;
  error: Error | null;
  addresses: readonly string[];
  waiting: Parameters<Lookup>[1][];
}

/** Names kept at once; targets are configured, so only a mistake comes near it. */
const MAX_NAMES = 1_024;
/** getaddrinfo tells no TTL; an answer is pinned this long, a failure only long enough to stop a storm of lookups. */
const PIN_MS = 30_000;
const FAILURE_MS = 1_000;

/** Name resolution with a short memory. Asking for a name that is being looked up joins that lookup. */
export class Resolver {
  readonly #clock: Clock;
  readonly #lookup: Lookup;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, lookup: Lookup = systemLookup) {
    this.#clock = clock;
    this.#lookup = lookup;
  }

  /** Calls `done` once, at once where the answer is pinned. On success there is at least one address. */
  resolve(name: string, done: Parameters<Lookup>[1]): void {
    const known = this.#entries.get(name);
    if (known !== undefined && known.expiresAt > this.#clock.monotonic()) {
      if (known.expiresAt === Infinity) known.waiting.push(done);
      else done(known.error, known.addresses);
      return;
    }
    const entry: Entry = { expiresAt: Infinity, error: null, addresses: [], waiting: [done] };
    this.#remember(name, entry);
    this.#lookup(name, (error, addresses) => {
      entry.error = error ?? (addresses.length === 0 ? new Error(`${name} has no address`) : null);
      entry.addresses = addresses;
      entry.expiresAt = this.#clock.monotonic() + (entry.error === null ? PIN_MS : FAILURE_MS);
      const waiting = entry.waiting;
      entry.waiting = [];
      for (const each of waiting) each(entry.error, entry.addresses);
    });
  }

  /** The pinned addresses did not answer (a container that moved): the next request asks again. */
  forget(name: string): void {
    const entry = this.#entries.get(name);
    if (entry !== undefined && entry.expiresAt !== Infinity) this.#entries.delete(name);
  }

  #remember(name: string, entry: Entry): void {
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    keepNewest(this.#entries, MAX_NAMES);
  }
}
