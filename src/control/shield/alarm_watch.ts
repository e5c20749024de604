import type { Clock } from "../../core/clock.ts";
import type { Notice } from "../../core/notice.ts";
import type { Logger } from "../../core/ports.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { switchEnd } from "../../core/timed_switch.ts";
import type { AlarmLevel, SharedAlarm } from "../../gateway/shared_alarm.ts";
import { AnomalyWindow, WINDOW_MS } from "../../shield/anomaly.ts";
import { HighLoad } from "../../shield/high_load.ts";

/** Requests a second of one host, or of all. */
export interface RequestRate {
  /** Of the last whole window; null before there was one. */
  readonly rps: number | null;
  /** null: not enough windows to say. */
  readonly usual: number | null;
}

/** What only the running process knows of its alarms. `hostId` null: of all hosts. */
export interface AlarmFigures {
  level(hostId: string | null): AlarmLevel;
  rate(hostId: string | null): RequestRate;
  /** Hosts that get far more requests than usual. */
  raised(): readonly string[];
  /** Requests that are neither tunnels nor event streams. */
  inFlight(): number;
}

const NO_RATE: RequestRate = Object.freeze({ rps: null, usual: null });

/** While nothing runs. */
export const NO_ALARM: AlarmFigures = Object.freeze({
  level: () => "none" as const,
  rate: () => NO_RATE,
  raised: () => [],
  inFlight: () => 0,
});

export interface AlarmWatchParts {
  readonly alarm: SharedAlarm;
  readonly clock: Clock;
  readonly logger: Logger;
  notify(notice: Notice): void;
}

interface Watched {
  readonly window: AnomalyWindow;
  /** Of `SharedAlarm`; null: all hosts. */
  slot: number | null;
  /** For people. */
  name: string;
  requests: number;
  rps: number | null;
}

const TICK_MS = 1_000;

/** Control's side of the alarm: judges the counts of the gateways, and writes what they read. */
export class AlarmWatch implements AlarmFigures {
  readonly #parts: AlarmWatchParts;
  readonly #load = new HighLoad();
  /** By host id; null: all hosts. */
  readonly #watched = new Map<string | null, Watched>();
  #isJudging = true;
  #windowBegan: number;

  constructor(parts: AlarmWatchParts) {
    this.#parts = parts;
    this.#windowBegan = parts.clock.monotonic();
    this.#watch(null, null, "Aegis");
  }

  /** With each snapshot that is sent. */
  update({ hosts, hostSlots, switches, settings }: Snapshot): void {
    const { alarm } = this.#parts;
    const gone = new Set(this.#watched.keys());
    gone.delete(null);
    alarm.setUntil(null, switchEnd(switches, "under_attack", null));
    for (const { id, domains } of hosts) {
      const slot = hostSlots[id];
      if (slot === undefined) continue;
      gone.delete(id);
      const known = this.#watched.get(id);
      if (known?.slot === slot) known.name = domains[0]!;
      else this.#watch(id, slot, domains[0]!);
      alarm.setUntil(slot, switchEnd(switches, "under_attack", id));
    }
    for (const id of gone) {
      alarm.reset(this.#watched.get(id)!.slot!);
      this.#watched.delete(id);
    }
    this.#judge(settings.toggles.anomaly);
  }

  /** Looks every second until what it returns is called. */
  start(): () => void {
    const timer = setInterval(() => this.tick(), TICK_MS);
    return () => clearInterval(timer);
  }

  tick(): void {
    const { alarm, clock, logger } = this.#parts;
    const now = clock.monotonic();
    const inFlight = alarm.inFlight();
    if (this.#load.look(inFlight, now)) {
      alarm.set(null, "load", this.#load.isHigh);
      const said = this.#load.isHigh
        ? "high load: every client is asked to prove itself"
        : "the high load is over";
      logger.warn(said, { requests_in_flight: inFlight });
    }
    const elapsed = now - this.#windowBegan;
    if (elapsed < WINDOW_MS) return;
    this.#windowBegan = now;
    for (const [id, watched] of this.#watched) this.#endWindow(id, watched, elapsed);
  }

  level(hostId: string | null): AlarmLevel {
    return this.#parts.alarm.level(this.#watched.get(hostId)?.slot ?? -1);
  }

  rate(hostId: string | null): RequestRate {
    const watched = this.#watched.get(hostId);
    return watched === undefined ? NO_RATE : { rps: watched.rps, usual: watched.window.usual };
  }

  raised(): readonly string[] {
    return [...this.#watched].flatMap(([id, { window }]) => id !== null && window.isUnderAttack ? [id] : []);
  }

  inFlight(): number {
    return this.#parts.alarm.inFlight();
  }

  /** Nothing that a control before this one has written holds any longer. */
  #watch(id: string | null, slot: number | null, name: string): void {
    const { alarm } = this.#parts;
    alarm.set(slot, "statistics", false);
    alarm.set(slot, "load", false);
    const window = new AnomalyWindow();
    this.#watched.set(id, { window, slot, name, requests: alarm.requests(slot), rps: null });
  }

  #judge(isJudging: boolean): void {
    this.#isJudging = isJudging;
    if (isJudging) return;
    for (const [id, watched] of this.#watched) {
      if (watched.window.rest() === "ended") this.#tell(id, watched, false);
    }
  }

  #endWindow(id: string | null, watched: Watched, elapsedMs: number): void {
    const requests = this.#parts.alarm.requests(watched.slot);
    const rps = (requests - watched.requests) * 1_000 / elapsedMs;
    watched.requests = requests;
    watched.rps = rps;
    if (!this.#isJudging) return;
    const change = watched.window.add(rps);
    if (change !== null) this.#tell(id, watched, change === "began");
  }

  #tell(id: string | null, { window, slot, name, rps }: Watched, began: boolean): void {
    const { alarm, clock, logger, notify } = this.#parts;
    alarm.set(slot, "statistics", began);
    const subject = `${name} is ${began ? "under attack" : "no longer under attack"}`;
    const usual = window.usual ?? 0;
    const text = began
      ? `${rounded(rps)} requests a second, where ${rounded(usual)} are usual. ` +
        "Until it is over, clients are asked to prove that they are browsers."
      : `Requests are as many as usual again: ${rounded(rps)} a second.`;
    logger.warn(subject, { host: id, requests_per_second: rounded(rps), usual: rounded(usual) });
    notify({
      kind: began ? "attack_began" : "attack_ended",
      ...(id === null ? {} : { host: id }),
      subject,
      text,
      at: clock.now(),
    });
  }
}

function rounded(rps: number | null): number {
  return Math.round((rps ?? 0) * 10) / 10;
}
