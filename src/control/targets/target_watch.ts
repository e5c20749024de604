import type { Clock } from "../../core/clock.ts";
import type { Notice } from "../../core/notice.ts";
import type { Logger } from "../../core/ports.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { HealthChecker } from "../../gateway/balancer/health_checker.ts";
import { createProbe } from "../../gateway/balancer/probe.ts";
import type { TargetCells } from "../../gateway/shared_targets.ts";
import type { UpstreamTransport } from "../../gateway/upstream/transport.ts";
import { streamAsHost } from "../streams/stream_health.ts";
import type { TargetState, TargetStates } from "./target_states.ts";

export interface TargetWatchParts {
  readonly cells: TargetCells;
  readonly transport: () => UpstreamTransport;
  readonly clock: Clock;
  readonly logger: Logger;
  notify(notice: Notice): void;
}

const UNKNOWN: TargetState = Object.freeze({ up: null, text: "", checked_at: null, since: null });

/** The active checks of all targets, and what control and its pages know of them. */
export class TargetWatch implements TargetStates {
  readonly #parts: TargetWatchParts;
  readonly #since = new Map<string, number>();
  #slots: Snapshot["targetSlots"] = {};
  #tls: Snapshot["upstreamTls"] = {};
  #checker: HealthChecker | null = null;

  constructor(parts: TargetWatchParts) {
    this.#parts = parts;
  }

  /** With each snapshot that is sent. */
  update(snapshot: Snapshot): void {
    this.#slots = snapshot.targetSlots;
    this.#tls = snapshot.upstreamTls;
    for (const id of this.#since.keys()) if (this.#slots[id] === undefined) this.#since.delete(id);
    this.#checker ??= this.#begin();
    const streams = snapshot.streams.map(streamAsHost);
    this.#checker.update([...snapshot.hosts, ...streams], snapshot.targetSlots);
  }

  state(targetId: string): TargetState {
    const status = this.#checker?.status(targetId) ?? null;
    const slot = this.#slots[targetId];
    if (status === null || slot === undefined) return UNKNOWN;
    return {
      up: status.health === "unknown" ? null : status.health === "up",
      text: status.text,
      checked_at: this.#parts.cells.read(slot).lastCheck?.at ?? null,
      since: this.#since.get(targetId) ?? null,
    };
  }

  stop(): void {
    this.#checker?.stop();
  }

  #begin(): HealthChecker {
    const { cells, transport, clock, logger, notify } = this.#parts;
    return new HealthChecker({
      cells,
      probe: createProbe(transport(), clock, (host) => this.#tls[host.id] ?? null),
      clock,
      onTransition: ({ hostId, target, from, to, text, at }) => {
        this.#since.set(target.id, at);
        const fields = { host: hostId, target: target.url, from, to, check: text };
        if (to === "down") logger.warn("a target is down", fields);
        else logger.info("a target is up", fields);
        // That a new target is up is no news.
        if (from === "unknown" && to === "up") return;
        notify({
          kind: to === "down" ? "target_down" : "target_up",
          host: hostId,
          about: target.url,
          subject: `${target.url} is ${to}`,
          text: text,
          at,
        });
      },
    });
  }
}
