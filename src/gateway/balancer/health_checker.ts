import type { Clock } from "../../core/clock.ts";
import type { Host } from "../../core/host.ts";
import type { Target } from "../../core/target.ts";
import { targetsOf } from "../../core/host_path.ts";
import { type Deadlined, DeadlineSweep } from "../../lib/deadline_sweep.ts";
import type { TargetCell, TargetCheck } from "../shared_targets.ts";
import type { Probe, ProbeResult } from "./probe.ts";

/** Where results are written for the gateways to read. */
export interface HealthCells {
  writeCheck(
    slot: number,
    check: TargetCheck,
    health: TargetCell["health"],
    streak: number,
    warmth: number,
  ): void;
  reset(slot: number): void;
}

export interface HealthTransition {
  readonly hostId: string;
  readonly target: Target;
  readonly from: TargetCell["health"];
  readonly to: "up" | "down";
  /** What the deciding check found, for people. */
  readonly text: string;
  /** Wall clock, milliseconds since 1970. */
  readonly at: number;
}

export interface HealthCheckerParts {
  readonly cells: HealthCells;
  readonly probe: Probe;
  readonly clock: Clock;
  onTransition(transition: HealthTransition): void;
  /** 0 to 1; spreads the checks. */
  readonly random?: () => number;
  readonly sweep?: DeadlineSweep;
}

/** The state of a target as the checks see it. */
export interface HealthStatus {
  readonly health: TargetCell["health"];
  /** Of the last check; empty before the first. */
  readonly text: string;
}

/** Checks that run at once; more wait for a moment. */
const MAX_RUNNING = 64;
const WAIT_FOR_ROOM_MS = 100;
/** The first check of a target comes within this time, so that many new ones do not fall on one moment. */
const FIRST_CHECK_MS = 1_000;
/** Percent of its weight that a target gets when it comes back, and more with each further good check (spec 01). */
const WARM_STEP = 25;
/** An interval varies by this share of it either way. */
const JITTER = 0.1;

/** Active checks of all targets of all enabled hosts. Runs in control; the gateways see its results in the cells. */
export class HealthChecker {
  readonly #shared: Shared;
  readonly #targets = new Map<string, CheckedTarget>();

  constructor(parts: HealthCheckerParts) {
    const { sweep = new DeadlineSweep(parts.clock), random = Math.random } = parts;
    this.#shared = { parts, sweep, random, running: 0 };
  }

  /** With each snapshot: takes on new targets, lets go of those that are gone, keeps what is known of the others. */
  update(hosts: readonly Host[], slots: Readonly<Record<string, number>>): void {
    const gone = new Set(this.#targets.keys());
    for (const host of hosts) {
      if (!host.enabled) continue;
      for (const target of targetsOf(host)) {
        const slot = slots[target.id];
        if (slot === undefined) continue;
        gone.delete(target.id);
        const known = this.#targets.get(target.id);
        if (known !== undefined && known.isStill(target, slot)) {
          known.host = host;
          known.target = target;
          continue;
        }
        known?.stop();
        this.#targets.set(target.id, new CheckedTarget(this.#shared, host, target, slot));
      }
    }
    for (const id of gone) {
      this.#targets.get(id)!.stop();
      this.#targets.delete(id);
    }
  }

  /** Null where the target is not checked. */
  status(targetId: string): HealthStatus | null {
    const known = this.#targets.get(targetId);
    return known === undefined ? null : { health: known.health, text: known.text };
  }

  /** Ends all checks, running ones too. */
  stop(): void {
    this.update([], {});
  }
}

interface Shared {
  readonly parts: HealthCheckerParts;
  readonly sweep: DeadlineSweep;
  readonly random: () => number;
  running: number;
}

/** One target: its next check is due at `deadline`, or while one runs, that is given up then. */
class CheckedTarget implements Deadlined {
  host: Host;
  target: Target;
  deadline: number;
  sweepAt = -1;
  health: TargetCell["health"] = "unknown";
  text = "";
  #warmth = 100;
  readonly #shared: Shared;
  readonly #slot: number;
  #lastWasUp = false;
  #streak = 0;
  #cancel: (() => void) | null = null;

  constructor(shared: Shared, host: Host, target: Target, slot: number) {
    this.#shared = shared;
    this.host = host;
    this.target = target;
    this.#slot = slot;
    shared.parts.cells.reset(slot);
    this.deadline = shared.sweep.after(shared.random() * Math.min(FIRST_CHECK_MS, host.health.interval_ms));
    shared.sweep.add(this);
  }

  /** What is known of it stays true: the same place, checked into the same cell. */
  isStill(target: Target, slot: number): boolean {
    return slot === this.#slot && target.url === this.target.url &&
      target.verify_tls === this.target.verify_tls;
  }

  onDeadline(): void {
    if (this.#cancel !== null) {
      const { timeout_ms: ms } = this.host.health;
      this.#finish({ isUp: false, status: 0, latencyMs: ms, text: `no answer within ${ms} ms` });
    } else if (this.#shared.running >= MAX_RUNNING) {
      this.deadline = this.#shared.sweep.after(WAIT_FOR_ROOM_MS);
    } else this.#begin();
  }

  stop(): void {
    this.#end();
    this.#shared.sweep.delete(this);
    this.#shared.parts.cells.reset(this.#slot);
  }

  #begin(): void {
    this.#shared.running++;
    this.deadline = this.#shared.sweep.after(this.host.health.timeout_ms);
    this.#cancel = this.#shared.parts.probe(this.host, this.target, (result) => this.#finish(result));
  }

  #end(): void {
    if (this.#cancel === null) return;
    this.#cancel();
    this.#cancel = null;
    this.#shared.running--;
  }

  #finish(result: ProbeResult): void {
    if (this.#cancel === null) return;
    this.#end();
    const { interval_ms: ms } = this.host.health;
    this.deadline = this.#shared.sweep.after(ms * (1 + JITTER * (2 * this.#shared.random() - 1)));
    this.#streak = result.isUp === this.#lastWasUp ? this.#streak + 1 : 1;
    this.#lastWasUp = result.isUp;
    this.text = result.text;
    const { cells, clock, onTransition } = this.#shared.parts;
    const from = this.health;
    const to = this.#next(result.isUp);
    const at = clock.now();
    this.health = to;
    const { isUp, status, latencyMs } = result;
    this.#warm(isUp, from, to);
    cells.writeCheck(this.#slot, { isUp, status, latencyMs, at }, to, this.#streak, this.#warmth);
    if (to === from || to === "unknown") return;
    onTransition({ hostId: this.host.id, target: this.target, from, to, text: this.text, at });
  }

  /** What comes back is cold, and a failed check while it warms up sends it to the beginning. */
  #warm(isUp: boolean, from: TargetCell["health"], to: TargetCell["health"]): void {
    if (to !== "up") return;
    if (from === "down" || (!isUp && this.#warmth < 100)) this.#warmth = WARM_STEP;
    else if (isUp) this.#warmth = Math.min(100, this.#warmth + WARM_STEP);
  }

  /** The thresholds decide; only the very first success counts at once, so that a new target is up without delay. */
  #next(isUp: boolean): TargetCell["health"] {
    const { healthy_threshold: successes, unhealthy_threshold: failures } = this.host.health;
    if (isUp) return this.health === "unknown" || this.#streak >= successes ? "up" : this.health;
    return this.#streak >= failures ? "down" : this.health;
  }
}
