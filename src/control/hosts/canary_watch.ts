import type { Clock } from "../../core/clock.ts";
import type { Host } from "../../core/host.ts";
import type { Target } from "../../core/target.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { TargetCells } from "../../gateway/shared_targets.ts";
import { LATENCY_BUCKETS } from "../../lib/log_histogram.ts";
import { type CanaryFigures, CanaryWindow, sumOf, whyRollBack } from "./canary_window.ts";

type Slots = Snapshot["targetSlots"];

export interface CanaryWatchParts {
  readonly cells: Pick<TargetCells, "tally">;
  readonly clock: Clock;
  /** Takes the canaries of a host out, for this reason. */
  rollBack(hostId: string, reason: string): void;
}

interface Watched {
  /** What the window belongs to: another one begins it anew. */
  readonly key: string;
  readonly window: CanaryWindow;
}

/** Watches the canaries of all hosts, and takes those back that do worse than the primaries (spec 01). */
export class CanaryWatch {
  readonly #parts: CanaryWatchParts;
  readonly #hosts = new Map<string, Watched>();

  constructor(parts: CanaryWatchParts) {
    this.#parts = parts;
  }

  /** `hosts`: as they are served, so that one that was taken back has no share. Call it every second or so. */
  tick(hosts: readonly Host[], slots: Slots): void {
    const gone = new Set(this.#hosts.keys());
    for (const host of hosts) {
      if (!host.enabled || !hasCanary(host)) continue;
      gone.delete(host.id);
      this.#tickHost(host, slots);
    }
    for (const id of gone) this.#hosts.delete(id);
  }

  /** Both sides over the window so far; null where the host has no canary, or was not looked at yet. */
  figures(host: Host, slots: Slots): CanaryFigures | null {
    return this.#hosts.get(host.id)?.window.figures(this.#sums(host, slots)) ?? null;
  }

  #tickHost(host: Host, slots: Slots): void {
    const key = keyOf(host);
    let watched = this.#hosts.get(host.id);
    if (watched === undefined || watched.key !== key) {
      watched = { key, window: new CanaryWindow() };
      this.#hosts.set(host.id, watched);
    }
    const sums = this.#sums(host, slots);
    const isDue = watched.window.add({ at: this.#parts.clock.now(), ...sums }, host.canary.window_ms);
    if (!isDue || host.canary.percent === 0 || !host.canary.auto_rollback) return;
    const figures = watched.window.figures(sums);
    const reason = figures === null ? null : whyRollBack(figures, host.canary);
    if (reason !== null) this.#parts.rollBack(host.id, reason);
  }

  #sums(host: Host, slots: Slots) {
    const sum = (role: Target["role"]) =>
      sumOf(
        host.targets.filter((target) => target.role === role && slots[target.id] !== undefined)
          .map((target) => this.#parts.cells.tally(slots[target.id]!)),
        LATENCY_BUCKETS,
      );
    return { primary: sum("primary"), canary: sum("canary") };
  }
}

export function hasCanary({ targets }: Pick<Host, "targets">): boolean {
  return targets.some(({ role }) => role === "canary");
}

/** A share that only grows or shrinks judges on; one that begins, ends, or goes to others begins anew. */
function keyOf({ targets, canary }: Host): string {
  const members = targets.map(({ id, role }) => `${role} ${id}`).sort();
  return [canary.percent > 0 ? "on" : "off", ...members].join("\n");
}
