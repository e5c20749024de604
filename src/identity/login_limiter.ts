import type { Clock } from "../core/clock.ts";
import { clientNetwork, formatCidr, parseAddress } from "../lib/ip.ts";
import { keepNewest } from "../lib/keep_newest.ts";

/** `retryAfterMs` is 0 where the attempt may go on. */
export interface LoginPermit {
  readonly allowed: boolean;
  readonly retryAfterMs: number;
}

interface Entry {
  failures: number;
  blockedUntil: number;
  lastAt: number;
}

interface Policy {
  /** Failures without any wait. */
  readonly free: number;
  readonly longestMs: number;
}

/**
 * An address waits long. A name waits a minute at most: otherwise anybody could keep its owner out by guessing.
 */
const ADDRESS: Policy = { free: 10, longestMs: 15 * 60_000 };
const NAME: Policy = { free: 5, longestMs: 60_000 };
const FIRST_WAIT_MS = 1_000;
/** Without a failure for this long, all is forgotten. */
const FORGET_MS = 3_600_000;
/** Entries in all; the one unused for longest leaves. */
const MOST_ENTRIES = 10_000;
const LONGEST_NAME = 64;

/**
 * [SECURITY] Slows guessing of passwords: by the name that is tried and by the client's network, each with waits that
 * double. An attempt counts as failed from its beginning, so that many at once gain nothing.
 */
export class LoginLimiter {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks for one attempt; counts it where it is allowed. */
  attempt(name: string, address: string): LoginPermit {
    const now = this.#clock.monotonic();
    const keys = keysOf(name, address);
    const waits = keys.map(({ key }) => (this.#live(key, now)?.blockedUntil ?? 0) - now);
    const retryAfterMs = Math.max(0, ...waits);
    if (retryAfterMs > 0) return { allowed: false, retryAfterMs: Math.ceil(retryAfterMs) };
    for (const { key, policy } of keys) this.#count(key, policy, now);
    return { allowed: true, retryAfterMs: 0 };
  }

  /** The attempt was right: the name starts anew, the address gets back what this attempt cost it. */
  succeeded(name: string, address: string): void {
    for (const { key, policy } of keysOf(name, address)) {
      const entry = this.#entries.get(key);
      if (entry === undefined) continue;
      entry.failures--;
      entry.blockedUntil = 0;
      // [SECURITY] One known account must not wash an address clean that guesses others.
      if (policy === NAME || entry.failures <= 0) this.#entries.delete(key);
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  #live(key: string, now: number): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || now - entry.lastAt < FORGET_MS) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  #count(key: string, policy: Policy, now: number): void {
    const entry = this.#live(key, now) ?? { failures: 0, blockedUntil: 0, lastAt: now };
    entry.failures++;
    entry.lastAt = now;
    const over = entry.failures - policy.free;
    if (over >= 0) {
      entry.blockedUntil = now + Math.min(FIRST_WAIT_MS * 2 ** Math.min(over, 20), policy.longestMs);
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    keepNewest(this.#entries, MOST_ENTRIES);
  }
}

function keysOf(name: string, address: string): { key: string; policy: Policy }[] {
  const words = parseAddress(address);
  const network = words === null ? address : formatCidr(clientNetwork(words));
  return [
    { key: `name ${name.toLowerCase().slice(0, LONGEST_NAME)}`, policy: NAME },
    { key: `address ${network}`, policy: ADDRESS },
  ];
}
