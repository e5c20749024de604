import type { Rule } from "../core/rule.ts";
import type { Database } from "./database.ts";

export interface StoredRule {
  readonly rule: Rule;
  /** The operator's own text of this rule, with its tests (YAML of the rule schema). */
  readonly definition: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface Row {
  readonly rule: string;
  readonly definition: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const COLUMNS = "rule, definition, created_at AS createdAt, updated_at AS updatedAt";

export class CustomRuleTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): StoredRule[] {
    return this.#db.all<Row>(`SELECT ${COLUMNS} FROM custom_rules ORDER BY id`).map(toRule);
  }

  get(id: string): StoredRule | null {
    const row = this.#db.get<Row>(`SELECT ${COLUMNS} FROM custom_rules WHERE id = ?`, id);
    return row === undefined ? null : toRule(row);
  }

  /** Inserts, or replaces the rule of the same id and keeps when it was made. */
  put(stored: StoredRule): void {
    this.#db.run(
      `INSERT INTO custom_rules (id, rule, definition, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         rule = excluded.rule, definition = excluded.definition, updated_at = excluded.updated_at`,
      stored.rule.id,
      JSON.stringify(stored.rule),
      stored.definition,
      stored.createdAt,
      stored.updatedAt,
    );
  }

  delete(id: string): boolean {
    return this.#db.run("DELETE FROM custom_rules WHERE id = ?", id) > 0;
  }
}

function toRule(row: Row): StoredRule {
  return { ...row, rule: JSON.parse(row.rule) as Rule };
}
