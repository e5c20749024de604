import type { BotListName } from "../core/bot_list.ts";
import type { Database } from "./database.ts";

/** A list as it was last taken, and what came of the last try. Times are milliseconds since 1970. */
export interface StoredBotList {
  readonly name: BotListName;
  /** The text that was fetched or handed in; null: never. */
  readonly text: string | null;
  readonly takenAt: number | null;
  readonly triedAt: number;
  /** Why the last try failed; empty where it did not. */
  readonly error: string;
}

/** Lists that others publish about programs; one without a row is as it came with the program. */
export class BotListTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  get(name: BotListName): StoredBotList | null {
    return this.#db.get<StoredBotList>(
      "SELECT name, text, taken_at AS takenAt, tried_at AS triedAt, error FROM bot_lists WHERE name = ?",
      name,
    ) ?? null;
  }

  taken(name: BotListName, text: string, at: number): void {
    this.#db.run(
      `INSERT INTO bot_lists (name, text, taken_at, tried_at) VALUES (?1, ?2, ?3, ?3)
       ON CONFLICT (name) DO UPDATE SET text = ?2, taken_at = ?3, tried_at = ?3, error = ''`,
      name,
      text,
      at,
    );
  }

  /** The last good state stays. */
  failed(name: BotListName, at: number, error: string): void {
    this.#db.run(
      `INSERT INTO bot_lists (name, tried_at, error) VALUES (?1, ?2, ?3)
       ON CONFLICT (name) DO UPDATE SET tried_at = ?2, error = ?3`,
      name,
      at,
      error,
    );
  }

  /** What was taken is forgotten. */
  delete(name: BotListName): void {
    this.#db.run("DELETE FROM bot_lists WHERE name = ?", name);
  }
}
