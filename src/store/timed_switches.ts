import type { TimedSwitch, TimedSwitchKind } from "../core/timed_switch.ts";
import type { Database } from "./database.ts";

export interface StoredSwitch extends TimedSwitch {
  /** Name of who switched it on. */
  readonly madeBy: string;
}

/** What operators have switched on for a while; hosts of the file too. */
export class TimedSwitchTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Those that are not over at `now`. */
  list(now: number): StoredSwitch[] {
    return this.#db.all<StoredSwitch>(
      `SELECT kind, nullif(host_id, '') AS hostId, until, made_by AS madeBy FROM timed_switches
       WHERE until > ? ORDER BY until`,
      now,
    );
  }

  get(kind: TimedSwitchKind, hostId: string | null, now: number): StoredSwitch | null {
    return this.list(now).find((each) => each.kind === kind && each.hostId === hostId) ?? null;
  }

  set({ kind, hostId, until, madeBy }: StoredSwitch): void {
    this.#db.run(
      `INSERT INTO timed_switches (kind, host_id, until, made_by) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, host_id) DO UPDATE SET until = excluded.until, made_by = excluded.made_by`,
      kind,
      hostId ?? "",
      until,
      madeBy,
    );
  }

  delete(kind: TimedSwitchKind, hostId: string | null): void {
    this.#db.run("DELETE FROM timed_switches WHERE kind = ? AND host_id = ?", kind, hostId ?? "");
  }

  deleteExpired(now: number): void {
    this.#db.run("DELETE FROM timed_switches WHERE until <= ?", now);
  }
}
