import type { TargetHealth } from "./balancer/balancer.ts";

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
}

/** Doubles of one cell before the active requests of each gateway. */
const FIELDS = ["health", "streak", "isUp", "status", "latencyMs", "checkedAt", "averageLatencyMs"] as const;
const AT = Object.fromEntries(FIELDS.map((name, i) => [name, i])) as Record<typeof FIELDS[number], number>;

const HEALTH = ["unknown", "up", "down"] as const;

/** Share of the newest check in the average. */
const AVERAGE_SHARE = 0.2;

export function createTargetCells(gateways: number, cells: number): SharedArrayBuffer {
  return new SharedArrayBuffer(cells * (FIELDS.length + gateways) * Float64Array.BYTES_PER_ELEMENT);
}

/**
 * One cell a target: control writes what the checks found, each gateway its own count of running requests. Every word
 * has one writer, so plain stores do: on the 64-bit machines that V8 runs on here an aligned double is never torn.
 */
export class TargetCells implements TargetHealth {
  /** How many targets there is room for. */
  readonly size: number;
  readonly #words: Float64Array;
  readonly #gateways: number;
  readonly #index: number;
  readonly #width: number;

  constructor(buffer: SharedArrayBuffer, gateways: number, index: number) {
    this.#words = new Float64Array(buffer);
    this.#gateways = gateways;
    this.#index = index;
    this.#width = FIELDS.length + gateways;
    this.size = this.#words.length / this.#width;
  }

  /** False only where checks have found it down. A slot out of range is a target without a cell: healthy. */
  isHealthy(slot: number): boolean {
    return !this.#has(slot) || HEALTH[this.#words[slot * this.#width]!] !== "down";
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
    let active = 0;
    for (let gateway = 0; gateway < this.#gateways; gateway++) active += cell[FIELDS.length + gateway]!;
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
      active,
    };
  }

  /** Control: what a check found, and what follows from it. */
  writeCheck(slot: number, check: TargetCheck, health: TargetCell["health"], streak: number): void {
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
    words[start + AT.health] = HEALTH.indexOf(health);
  }

  /** Control: the slot belongs to another target now. What runs at the one before goes on being counted. */
  reset(slot: number): void {
    this.#words.fill(0, slot * this.#width, slot * this.#width + FIELDS.length);
  }

  /** Wipes what a dead gateway held. */
  clear(gateway: number): void {
    for (let at = FIELDS.length + gateway; at < this.#words.length; at += this.#width) this.#words[at] = 0;
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
