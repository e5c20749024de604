import { clientHigh, clientLow } from "../lib/client_words.ts";
import type { AddressWords } from "../lib/ip.ts";
import { createTaggedWords, TaggedWords } from "../lib/tagged_words.ts";

/** Clients at once; beyond it the one whose pass ends first gives way. 0.5 MiB. */
const CLIENTS = 65_536;
/** Another thread may win every race for an entry, but not so often. */
const MOST_TURNS = 16;

/** Memory in which all threads note where passes are. `clients`: a power of two, at least 64. */
export function createPassHolders(clients = CLIENTS): SharedArrayBuffer {
  return createTaggedWords(clients);
}

/**
 * Addresses from which a pass was got or shown, until it ends: of each the second, on a circle of 32 bits. Stage 01 asks
 * it about banned peers: whom an automatic ban does not meet must get as far as to show the pass.
 */
export class PassHolders {
  readonly #ends: TaggedWords;
  readonly #time: { now(): number };

  /** `time`: what all threads agree on, milliseconds. */
  constructor(memory: SharedArrayBuffer, time: { now(): number }) {
    this.#ends = new TaggedWords(memory, left);
    this.#time = time;
  }

  note(client: AddressWords, minutes: number): void {
    const now = this.#now();
    const end = now + minutes * 60 | 0;
    const [place, tag] = this.#keyOf(client);
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const entry = this.#ends.find(place, tag);
      if (entry < 0) {
        if (this.#ends.claim(place, tag, end, now)) return;
        continue;
      }
      const seen = this.#ends.load(entry);
      if (!this.#ends.isOf(entry, tag)) continue;
      if (left(end, seen) <= 0 || this.#ends.swap(entry, seen, end)) return;
    }
  }

  has(client: AddressWords): boolean {
    const [place, tag] = this.#keyOf(client);
    const entry = this.#ends.find(place, tag);
    return entry >= 0 && left(this.#ends.load(entry), this.#now()) > 0;
  }

  /** Forgets those that are over in a part of the table: `part` of `parts`, 0-based. */
  sweep(part: number, parts: number): void {
    const now = this.#now();
    this.#ends.sweep(part, parts, (end) => left(end, now) <= 0);
  }

  /** How many had to give way before their pass ended. */
  evicted(): number {
    return this.#ends.evicted();
  }

  #keyOf(client: AddressWords): readonly [number, number] {
    const high = clientHigh(client);
    const low = clientLow(client);
    return [this.#ends.place(high, low), this.#ends.tag(high, low)];
  }

  #now(): number {
    return this.#time.now() / 1_000 | 0;
  }
}

/** Seconds from `now` to `end`, below 0 where it is over. */
function left(end: number, now: number): number {
  return end - now | 0;
}
