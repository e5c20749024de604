import type { Database } from "./database.ts";

/** A host whose canaries were taken out. */
export interface CanaryRollback {
  readonly hostId: string;
  readonly at: number;
  /** For people. */
  readonly reason: string;
  /** Name of who did it; empty: Aegis itself. */
  readonly madeBy: string;
}

/** Hosts whose canaries get nothing until somebody lets them again; hosts of the file too. */
export class CanaryRollbackTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): CanaryRollback[] {
    return this.#db.all<CanaryRollback>(
      "SELECT host_id AS hostId, at, reason, made_by AS madeBy FROM canary_rollbacks ORDER BY at DESC",
    );
  }

  get(hostId: string): CanaryRollback | null {
    return this.list().find((each) => each.hostId === hostId) ?? null;
  }

  set({ hostId, at, reason, madeBy }: CanaryRollback): void {
    this.#db.run(
      `INSERT INTO canary_rollbacks (host_id, at, reason, made_by) VALUES (?, ?, ?, ?)
       ON CONFLICT (host_id) DO UPDATE SET at = excluded.at, reason = excluded.reason, made_by = excluded.made_by`,
      hostId,
      at,
      reason,
      madeBy,
    );
  }

  /** False: there was none. */
  delete(hostId: string): boolean {
    return this.#db.run("DELETE FROM canary_rollbacks WHERE host_id = ?", hostId) > 0;
  }
}
