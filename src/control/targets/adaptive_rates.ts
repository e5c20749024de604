import type { Clock } from "../../core/clock.ts";
import type { Host } from "../../core/host.ts";
import { targetsOf } from "../../core/host_path.ts";
import type { Logger } from "../../core/ports.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { WINDOW_MS } from "../../gateway/balancer/latency_windows.ts";
import type { TargetCells } from "../../gateway/shared_targets.ts";
import { AdaptiveRate } from "./adaptive_rate.ts";

export interface AdaptiveRatesParts {
  readonly cells: Pick<TargetCells, "latencies" | "setRate">;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Adapted {
  readonly rate: AdaptiveRate;
  readonly limit: NonNullable<Host["rate_limit"]>;
  dueAt: number;
}

/** The adaptive rates of all hosts that have a `rate_limit`, written where the gateways read them. */
export class AdaptiveRates {
  readonly #parts: AdaptiveRatesParts;
  readonly #hosts = new Map<string, Adapted>();

  constructor(parts: AdaptiveRatesParts) {
    this.#parts = parts;
  }

  /** Requests a second that the host takes now; null where it has no limit. */
  rateOf(host: Host): number | null {
    return host.rate_limit === null
      ? null
      : this.#hosts.get(host.id)?.rate.rate ?? host.rate_limit.requests_per_second;
  }

  /** Evaluates every host whose interval is over. Call it more often than that. */
  tick(hosts: readonly Host[], slots: Snapshot["targetSlots"]): void {
    const now = this.#parts.clock.now();
    const gone = new Set(this.#hosts.keys());
    for (const host of hosts) {
      if (!host.enabled || host.rate_limit === null || !host.adaptive.enabled) continue;
      gone.delete(host.id);
      this.#tickHost(host, slots, now);
    }
    for (const id of gone) this.#hosts.delete(id);
    for (const host of hosts) {
      if (this.#hosts.has(host.id) || host.targets.length === 0) continue;
      this.#parts.cells.setRate(slots[host.targets[0]!.id] ?? -1, 0);
    }
  }

  #tickHost(host: Host, slots: Snapshot["targetSlots"], now: number): void {
    const { cells, logger } = this.#parts;
    const limit = host.rate_limit!;
    const adapted = this.#adapted(host, now);
    if (now >= adapted.dueAt) {
      adapted.dueAt = now + host.adaptive.evaluation_interval_ms;
      const since = Math.max(now - WINDOW_MS, adapted.rate.changedAt);
      const latencies = targetsOf(host).flatMap(({ id }) => cells.latencies(slots[id] ?? -1, since));
      const change = adapted.rate.evaluate(latencies, host.adaptive, limit, now);
      const fields = { host: host.id, per_second: adapted.rate.rate, configured: limit.requests_per_second };
      if (change === "lowered") logger.warn("a host's rate is lowered: its targets are slow", fields);
      else if (change === "raised") logger.info("a host's rate is raised", fields);
    }
    cells.setRate(slots[host.targets[0]?.id ?? ""] ?? -1, adapted.rate.rate);
  }

  /** A limit that was changed by hand begins anew. */
  #adapted(host: Host, now: number): Adapted {
    const known = this.#hosts.get(host.id);
    const limit = host.rate_limit!;
    if (known !== undefined && known.limit.requests_per_second === limit.requests_per_second) return known;
    const dueAt = now + host.adaptive.evaluation_interval_ms;
    const adapted = { rate: new AdaptiveRate(limit), limit, dueAt };
    this.#hosts.set(host.id, adapted);
    return adapted;
  }
}
