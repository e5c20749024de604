import { type Clock, systemClock } from "../core/clock.ts";
import type { CircuitBreaker } from "../core/host.ts";
import type { TargetHealth } from "./balancer/balancer.ts";
import { breakerBytes, Breakers, type BreakerState, NO_TICKET } from "./balancer/breakers.ts";
import { latencyWindowBytes, LatencyWindows } from "./balancer/latency_windows.ts";
import { tallyBytes, TargetTallies, type TargetTally } from "./balancer/target_tallies.ts";

/** What a check of a target found. */
export interface TargetCheck {
  readonly isUp: boolean;
  /** HTTP status; 0 where the check is a connect, or failed before there was one. */
  readonly status: number;
  readonly latencyMs: number;
  /** Wall clock, milliseconds since 1970. */
  readonly at: number;
}

/** One target's cell, as a reader sees it. */
export interface TargetCell {
  readonly health: "unknown" | "up" | "down";
  /** Checks in a row that found the same. */
  readonly streak: number;
  /** The last check; null where there was none yet. */
  readonly lastCheck: TargetCheck | null;
  /** Moving average over the checks that succeeded, milliseconds; 0 where there were none. */
  readonly averageLatencyMs: number;
  /** Requests running now, over all gateways. */
  readonly active: number;
  /** Share of its weight that it gets, in percent. */
  readonly warmth: number;
  readonly breaker: BreakerState;
}

/** Doubles of one cell before the active requests of each gateway. */
const FIELDS = [
  "health",
  "streak",
  "isUp",
  "status",
  "latencyMs",
  "checkedAt",
  "averageLatencyMs",
  /** Percent of its weight that it does not get yet, so that a cell of zeros is a warm one. */
  "cold",
  /** Requests a second that its host takes now, in the cell of the host's first target; 0: as configured. */
  "rate",
] as const;
const AT = Object.fromEntries(FIELDS.map((name, i) => [name, i])) as Record<typeof FIELDS[number], number>;

const HEALTH = ["unknown", "up", "down"] as const;

/** Share of the newest check in the average. */
const AVERAGE_SHARE = 0.2;

/** What the way of a request tells of its target. */
export type TargetOutcomes = Pick<
  TargetCells,
  "begin" | "end" | "took" | "succeeded" | "failed" | "released" | "rate"
>;

const DOUBLE = Float64Array.BYTES_PER_ELEMENT;

/** Places of the parts within the one buffer, bytes. Each part holds something of every target. */
function layout(gateways: number, cells: number) {
  const windows = cells * (FIELDS.length + gateways) * DOUBLE;
  const tallies = windows + roundUp(latencyWindowBytes(cells));
  const breakers = tallies + tallyBytes(gateways, cells);
  return { windows, tallies, breakers, end: breakers + roundUp(breakerBytes(cells)) };
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / DOUBLE) * DOUBLE;
}

/** How many cells a buffer was made for: its size grows with them, in steps of this. */
function cellsOf(buffer: SharedArrayBuffer, gateways: number): number {
  let cells = Math.floor(buffer.byteLength / layout(gateways, 1).end);
  while (layout(gateways, cells + 1).end <= buffer.byteLength) cells++;
  return cells;
}

/** Its pages cost nothing before they are used: about 9 kB for a target with traffic, and 1 kB more a gateway. */
export function createTargetCells(gateways: number, cells: number): SharedArrayBuffer {
  return new SharedArrayBuffer(layout(gateways, cells).end);
}

/**
 * What all threads know of targets, a cell each: control writes what the checks found, each gateway its own count of
 * running requests, all of them the breaker and the latency window. The words of checks and counts have one writer
 * each, so plain stores do there: on the 64-bit machines that V8 runs on here an aligned double is never torn. A slot
 * out of range is a target without a cell: healthy, warm and never broken.
 */
export class TargetCells implements TargetHealth {
  /** How many targets there is room for. */
  readonly size: number;
  readonly #words: Float64Array;
  readonly #gateways: number;
  readonly #index: number;
  readonly #width: number;
  readonly #breakers: Breakers;
  readonly #windows: LatencyWindows;
  readonly #tallies: TargetTallies;

  constructor(buffer: SharedArrayBuffer, gateways: number, index: number, clock: Clock = systemClock) {
    this.#gateways = gateways;
    this.#index = index;
    this.#width = FIELDS.length + gateways;
    this.size = cellsOf(buffer, gateways);
    const at = layout(gateways, this.size);
    this.#words = new Float64Array(buffer, 0, this.size * this.#width);
    this.#windows = new LatencyWindows(buffer, at.windows, this.size);
    this.#tallies = new TargetTallies(buffer, at.tallies, gateways, this.size, index);
    this.#breakers = new Breakers(buffer, at.breakers, this.size, clock);
  }

  /** False only where checks have found it down. */
  isHealthy(slot: number): boolean {
    return !this.#has(slot) || HEALTH[this.#words[slot * this.#width]!] !== "down";
  }

  /** Share of its weight that the target gets, above 0 to 1: less after checks or breaker had taken it out. */
  warmth(slot: number): number {
    if (!this.#has(slot)) return 1;
    return (1 - this.#words[slot * this.#width + AT.cold]! / 100) * this.#breakers.share(slot);
  }

  /** Requests running now, over all gateways. */
  active(slot: number): number {
    if (!this.#has(slot)) return 0;
    const start = slot * this.#width + FIELDS.length;
    let active = 0;
    for (let gateway = 0; gateway < this.#gateways; gateway++) active += this.#words[start + gateway]!;
    return active;
  }

  wouldAdmit(slot: number, settings: CircuitBreaker): boolean {
    return !this.#has(slot) || this.#breakers.wouldAdmit(slot, settings);
  }

  admit(slot: number, settings: CircuitBreaker): number {
    return this.#has(slot) ? this.#breakers.admit(slot, settings) : NO_TICKET;
  }

  /** The target answered well, or in the end as it had begun. */
  succeeded(slot: number, ticket: number, settings: CircuitBreaker): void {
    if (!this.#has(slot)) return;
    this.#tallies.ended(slot);
    this.#breakers.succeeded(slot, ticket, settings);
  }

  /** It failed. `path`: as `Breakers.failed` takes it. `isCounted`: an answer of it was counted as a success before. */
  failed(slot: number, ticket: number, path: number, settings: CircuitBreaker, isCounted = false): void {
    if (!this.#has(slot)) return;
    if (!isCounted) this.#tallies.ended(slot);
    this.#tallies.failed(slot);
    this.#breakers.failed(slot, ticket, path, settings);
  }

  /** A request with a ticket ended without a word on the target. */
  released(slot: number, ticket: number): void {
    if (ticket !== NO_TICKET && this.#has(slot)) this.#breakers.released(slot, ticket);
  }

  /** Its answer began after `ms`. `at`: wall clock, milliseconds since 1970. */
  took(slot: number, ms: number, at: number): void {
    if (!this.#has(slot)) return;
    this.#tallies.took(slot, ms);
    this.#windows.add(slot, ms, at);
  }

  /** Durations until an answer began, of answers after `since`. */
  latencies(slot: number, since: number): number[] {
    return this.#has(slot) ? this.#windows.read(slot, since) : [];
  }

  tally(slot: number): TargetTally {
    return this.#tallies.read(slot);
  }

  /** Times that its breaker opened. */
  openings(slot: number): number {
    return this.#breakers.openings(slot);
  }

  /** Requests a second that the host whose first target this is takes now; 0: as configured. */
  rate(slot: number): number {
    return this.#has(slot) ? this.#words[slot * this.#width + AT.rate]! : 0;
  }

  /** Control: the adaptive rate. */
  setRate(slot: number, perSecond: number): void {
    if (this.#has(slot)) this.#words[slot * this.#width + AT.rate] = perSecond;
  }

  /** A request begins or ends at the target, in this gateway. */
  begin(slot: number): void {
    this.#addActive(slot, 1);
  }

  end(slot: number): void {
    this.#addActive(slot, -1);
  }

  read(slot: number): TargetCell {
    const cell = this.#words.subarray(slot * this.#width, (slot + 1) * this.#width);
    const at = cell[AT.checkedAt]!;
    return {
      health: HEALTH[cell[AT.health]!]!,
      streak: cell[AT.streak]!,
      lastCheck: at === 0 ? null : {
        isUp: cell[AT.isUp] === 1,
        status: cell[AT.status]!,
        latencyMs: cell[AT.latencyMs]!,
        at,
      },
      averageLatencyMs: cell[AT.averageLatencyMs]!,
      active: this.active(slot),
      warmth: Math.round(this.warmth(slot) * 100),
      breaker: this.#breakers.state(slot),
    };
  }

  /** Control: what a check found, and what follows from it. `warmth`: percent of its weight that the target gets. */
  writeCheck(
    slot: number,
    check: TargetCheck,
    health: TargetCell["health"],
    streak: number,
    warmth = 100,
  ): void {
    const start = slot * this.#width;
    const words = this.#words;
    words[start + AT.isUp] = check.isUp ? 1 : 0;
    words[start + AT.status] = check.status;
    words[start + AT.latencyMs] = check.latencyMs;
    words[start + AT.checkedAt] = check.at;
    if (check.isUp) {
      const before = words[start + AT.averageLatencyMs]!;
      const change = (check.latencyMs - before) * AVERAGE_SHARE;
      words[start + AT.averageLatencyMs] = before === 0 ? check.latencyMs : before + change;
    }
    words[start + AT.streak] = streak;
    words[start + AT.cold] = 100 - warmth;
    words[start + AT.health] = HEALTH.indexOf(health);
  }

  /** Control: the slot belongs to another target now. What runs at the one before goes on being counted. */
  reset(slot: number): void {
    this.#words.fill(0, slot * this.#width, slot * this.#width + FIELDS.length);
    this.#breakers.reset(slot);
    this.#windows.reset(slot);
    this.#tallies.reset(slot);
  }

  /** Wipes what a dead gateway held. */
  clear(gateway: number): void {
    for (let at = FIELDS.length + gateway; at < this.#words.length; at += this.#width) {
      if (this.#words[at] !== 0) this.#words[at] = 0;
    }
    this.#breakers.forgetProbes();
  }

  #has(slot: number): boolean {
    return slot >= 0 && slot < this.size;
  }

  #addActive(slot: number, by: number): void {
    if (!this.#has(slot)) return;
    const at = slot * this.#width + FIELDS.length + this.#index;
    this.#words[at] = this.#words[at]! + by;
  }
}
