import type { Database } from "./database.ts";

/** The one settings document; control validates it and fills in defaults. */
export class SettingsTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** What was last set, or an empty object. */
  get(): Record<string, unknown> {
    const row = this.#db.get<{ settings: string }>("SELECT settings FROM settings");
    return row === undefined ? {} : JSON.parse(row.settings) as Record<string, unknown>;
  }

  set(settings: Readonly<Record<string, unknown>>): void {
    this.#db.run(
      `INSERT INTO settings (only, settings) VALUES (1, ?)
       ON CONFLICT (only) DO UPDATE SET settings = excluded.settings`,
      JSON.stringify(settings),
    );
  }
}
