import type { Clock } from "../../core/clock.ts";
import type { Host } from "../../core/host.ts";
import type { Logger } from "../../core/ports.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { BreakerState } from "../../gateway/balancer/breakers.ts";
import { quantilesOf, WINDOW_MS } from "../../gateway/balancer/latency_windows.ts";
import type { TargetTally } from "../../gateway/balancer/target_tallies.ts";
import type { TargetCells } from "../../gateway/shared_targets.ts";
import { AdaptiveRates } from "./adaptive_rates.ts";
import { CanaryWatch } from "../hosts/canary_watch.ts";
import type { CanaryFigures } from "../hosts/canary_window.ts";

/** How a target does with the traffic that it gets. */
export interface TargetTraffic {
  readonly breaker: BreakerState;
  /** Times that the breaker opened. */
  readonly breaker_openings: number;
  /** Percent of its weight that it gets: less than 100 while it warms up. */
  readonly warm_up: number;
  /** Requests that run there now. */
  readonly active: number;
  /** Of the last minute or 1,000 answers, milliseconds until an answer began; null where there was none. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
  /** Answers that `latency` is of. */
  readonly samples: number;
}

/** What only the running process knows of traffic at targets. */
export interface TrafficFigures {
  target(targetId: string): TargetTraffic;
  /** Since the target got its cell; null where it has none. */
  tally(targetId: string): TargetTally | null;
  canary(host: Host): CanaryFigures | null;
  /** Requests a second that a host takes now; null where it has no limit. */
  rate(host: Host): number | null;
}

const IDLE: TargetTraffic = Object.freeze({
  breaker: "closed",
  breaker_openings: 0,
  warm_up: 100,
  active: 0,
  latency: null,
  samples: 0,
});

/** While nothing runs. */
export const NO_TRAFFIC: TrafficFigures = Object.freeze({
  target: () => IDLE,
  tally: () => null,
  canary: () => null,
  rate: (host: Host) => host.rate_limit?.requests_per_second ?? null,
});

export interface TrafficWatchParts {
  readonly cells: TargetCells;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Takes the canaries of a host out, for this reason. */
  rollBack(hostId: string, reason: string): void;
}

const TICK_MS = 1_000;

/** Looks at the traffic of all targets, and moves what follows from it: adaptive rates and canaries. */
export class TrafficWatch implements TrafficFigures {
  readonly #parts: TrafficWatchParts;
  readonly #rates: AdaptiveRates;
  readonly #canaries: CanaryWatch;
  #hosts: readonly Host[] = [];
  #slots: Snapshot["targetSlots"] = {};

  constructor(parts: TrafficWatchParts) {
    this.#parts = parts;
    this.#rates = new AdaptiveRates(parts);
    this.#canaries = new CanaryWatch(parts);
  }

  /** With each snapshot that is sent. */
  update({ hosts, targetSlots }: Snapshot): void {
    this.#hosts = hosts;
    this.#slots = targetSlots;
    this.tick();
  }

  tick(): void {
    this.#rates.tick(this.#hosts, this.#slots);
    this.#canaries.tick(this.#hosts, this.#slots);
  }

  /** Looks every second until what it returns is called. */
  start(): () => void {
    const timer = setInterval(() => this.tick(), TICK_MS);
    return () => clearInterval(timer);
  }

  target(targetId: string): TargetTraffic {
    const slot = this.#slots[targetId];
    if (slot === undefined) return IDLE;
    const { cells, clock } = this.#parts;
    const { breaker, warmth, active } = cells.read(slot);
    const latencies = cells.latencies(slot, clock.now() - WINDOW_MS);
    const quantiles = quantilesOf(latencies, [0.5, 0.95, 0.99]);
    return {
      breaker,
      breaker_openings: cells.openings(slot),
      warm_up: warmth,
      active: Math.max(0, active),
      latency: quantiles && { p50: quantiles[0]!, p95: quantiles[1]!, p99: quantiles[2]! },
      samples: latencies.length,
    };
  }

  tally(targetId: string): TargetTally | null {
    const slot = this.#slots[targetId];
    return slot === undefined ? null : this.#parts.cells.tally(slot);
  }

  canary(host: Host): CanaryFigures | null {
    return this.#canaries.figures(host, this.#slots);
  }

  rate(host: Host): number | null {
    return this.#rates.rateOf(host);
  }
}
