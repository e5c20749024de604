import type { RuleException } from "../core/rule.ts";
import type { Database } from "./database.ts";

export interface StoredException extends RuleException {
  readonly createdAt: number;
  readonly createdBy: string;
}

interface Row {
  readonly id: string;
  readonly ruleId: string;
  readonly hostId: string | null;
  readonly path: string | null;
  readonly targets: string | null;
  readonly note: string | null;
  readonly upToScore: number | null;
  readonly createdAt: number;
  readonly createdBy: string;
}

const COLUMNS = `id, rule_id AS ruleId, host_id AS hostId, path, targets, note, up_to_score AS upToScore,
  created_at AS createdAt, created_by AS createdBy`;

export class ExceptionTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** All, or those that name this host. */
  list(hostId?: string): StoredException[] {
    const rows = hostId === undefined
      ? this.#db.all<Row>(`SELECT ${COLUMNS} FROM exceptions ORDER BY created_at DESC, id`)
      : this.#db.all<Row>(
        `SELECT ${COLUMNS} FROM exceptions WHERE host_id = ? ORDER BY created_at DESC, id`,
        hostId,
      );
    return rows.map(toException);
  }

  get(id: string): StoredException | null {
    const row = this.#db.get<Row>(`SELECT ${COLUMNS} FROM exceptions WHERE id = ?`, id);
    return row === undefined ? null : toException(row);
  }

  insert(exception: StoredException): void {
    this.#db.run(
      `INSERT INTO exceptions (id, rule_id, host_id, path, targets, note, up_to_score, created_at, created_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      exception.id,
      exception.ruleId,
      exception.hostId ?? null,
      exception.path ?? null,
      exception.targets === undefined ? null : JSON.stringify(exception.targets),
      exception.note ?? null,
      exception.upToScore ?? null,
      exception.createdAt,
      exception.createdBy,
    );
  }

  delete(id: string): boolean {
    return this.#db.run("DELETE FROM exceptions WHERE id = ?", id) > 0;
  }
}

function toException(row: Row): StoredException {
  return {
    id: row.id,
    ruleId: row.ruleId,
    ...(row.hostId === null ? {} : { hostId: row.hostId }),
    ...(row.path === null ? {} : { path: row.path }),
    ...(row.targets === null ? {} : { targets: JSON.parse(row.targets) as string[] }),
    ...(row.note === null ? {} : { note: row.note }),
    ...(row.upToScore === null ? {} : { upToScore: row.upToScore }),
    createdAt: row.createdAt,
    createdBy: row.createdBy,
  };
}
