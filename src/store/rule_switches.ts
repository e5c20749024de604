import type { RuleSwitch } from "../core/rule.ts";
import type { Database } from "./database.ts";

/** Global switches by rule id or family; `inherit` is the absence of one. */
export class RuleSwitchTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  all(): Record<string, RuleSwitch> {
    const rows = this.#db.all<{ id: string; switch: RuleSwitch }>("SELECT id, switch FROM rule_switches");
    return Object.fromEntries(rows.map((row) => [row.id, row.switch]));
  }

  set(id: string, value: RuleSwitch): void {
    if (value === "inherit") {
      this.#db.run("DELETE FROM rule_switches WHERE id = ?", id);
      return;
    }
    this.#db.run(
      "INSERT INTO rule_switches (id, switch) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET switch = excluded.switch",
      id,
      value,
    );
  }
}
