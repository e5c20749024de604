import type { Snapshot } from "../core/snapshot.ts";
import { switchEnd } from "../core/timed_switch.ts";
import type { AlarmLevel, SharedAlarm } from "../gateway/shared_alarm.ts";

/** What only the running process knows of its alarms. */
export interface AlarmFigures {
  /** Of a host, or of the process (null). */
  level(hostId: string | null): AlarmLevel;
  /** Requests that are neither tunnels nor event streams. */
  inFlight(): number;
}

/** While nothing runs. */
export const NO_ALARM: AlarmFigures = Object.freeze({ level: () => "none" as const, inFlight: () => 0 });

/** Control's side of the alarm: writes what gateways read. */
export class AlarmWatch implements AlarmFigures {
  readonly #alarm: SharedAlarm;
  #slots: Snapshot["hostSlots"] = {};

  constructor(alarm: SharedAlarm) {
    this.#alarm = alarm;
  }

  /** With each snapshot that is sent. */
  update({ hostSlots, switches }: Pick<Snapshot, "hostSlots" | "switches">): void {
    for (const [id, slot] of Object.entries(this.#slots)) {
      if (hostSlots[id] === undefined) this.#alarm.reset(slot);
    }
    this.#slots = hostSlots;
    this.#alarm.setUntil(null, switchEnd(switches, "under_attack", null));
    for (const [id, slot] of Object.entries(hostSlots)) {
      this.#alarm.setUntil(slot, switchEnd(switches, "under_attack", id));
    }
  }

  level(hostId: string | null): AlarmLevel {
    return this.#alarm.level(hostId === null ? -1 : this.#slots[hostId] ?? -1);
  }

  inFlight(): number {
    return this.#alarm.inFlight();
  }
}
