import { HeaderList } from "../core/header_list.ts";
import type { RateLimit } from "../core/host_traffic.ts";
import { clientHigh, clientLow } from "../lib/client_words.ts";
import { type GcraTable, LONGEST_DRAIN_US } from "../lib/gcra_table.ts";
import type { AddressWords } from "../lib/ip.ts";
import { mix32 } from "../lib/mix32.ts";

const SECOND_US = 1_000_000;

/** A host's `rate_limit`, ready for requests. */
export interface HostRate {
  readonly limit: RateLimit;
  /** Cell of the target that carries the host's present rate; -1: the rate is the configured one. */
  readonly slot: number;
  readonly high: number;
  readonly low: number;
}

export function hostRate(hostId: string, limit: RateLimit, slot: number): HostRate {
  let high = 0;
  let low = 1;
  for (let i = 0; i < hostId.length; i++) {
    high = mix32(high ^ hostId.charCodeAt(i));
    low = mix32(low + hostId.charCodeAt(i) | 0);
  }
  return { limit, slot, high, low };
}

/** Rate buckets of hosts and their clients, over all threads. */
export class RateLimiter {
  readonly #table: GcraTable;

  constructor(table: GcraTable) {
    this.#table = table;
  }

  /**
   * One request of `client`. `perSecond`: the rate in force; `nowMs`: of a clock that all threads agree on. Returns how many more may pass (0 or
   * more), or minus the microseconds until one may. A client without an address is counted with all of its kind.
   */
  take(rate: HostRate, client: AddressWords | null, perSecond: number, nowMs: number): number {
    const interval = intervalUs(perSecond);
    // A bucket of a lowered rate may not take longer to drain than its counter can tell.
    const burst = Math.max(1, Math.min(rate.limit.burst, Math.floor(LONGEST_DRAIN_US / interval)));
    const one = rate.limit.per === "host" ? null : client;
    const high = one === null ? rate.high : mix32(rate.high ^ clientHigh(one));
    const low = one === null ? rate.low : mix32(rate.low ^ clientLow(one));
    return this.#table.take(high, low, interval, burst, nowMs);
  }
}

/**
 * What a refused client reads: `Retry-After` (RFC 9110, 10.2.3), `RateLimit` and `RateLimit-Policy`
 * (draft-ietf-httpapi-ratelimit-headers). `name`: which limit it was, letters and hyphens; `windowSeconds`: in which
 * `quota` requests may pass; `waitUs`: until one more may.
 */
export function rateHeaders(name: string, quota: number, windowSeconds: number, waitUs: number): HeaderList {
  const wait = Math.max(1, Math.ceil(waitUs / SECOND_US));
  const window = Math.max(1, Math.ceil(windowSeconds));
  return HeaderList.from([
    ["retry-after", String(wait)],
    ["ratelimit", `"${name}";r=0;t=${wait}`],
    ["ratelimit-policy", `"${name}";q=${quota};w=${window}`],
  ]);
}

/** Whole microseconds between two requests of this rate. */
export function intervalUs(perSecond: number): number {
  return Math.min(LONGEST_DRAIN_US, Math.max(1, Math.round(SECOND_US / perSecond)));
}
