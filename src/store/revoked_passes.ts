import type { Database } from "./database.ts";

/** Names of passes that were taken back, until they would have ended by themselves. */
export class RevokedPassTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Those that could still be good at `now` (milliseconds since 1970), the first ended ones first. */
  list(now: number): string[] {
    return this.#db.all<{ pass: string }>(
      "SELECT pass FROM revoked_passes WHERE ends_at > ? ORDER BY ends_at",
      now,
    ).map(({ pass }) => pass);
  }

  put(pass: string, endsAt: number): void {
    this.#db.run(
      "INSERT INTO revoked_passes (pass, ends_at) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET ends_at = ?2",
      pass,
      endsAt,
    );
  }

  /** Leaves those that end after `now`, and of them the `most` that end last. */
  trim(now: number, most: number): void {
    this.#db.run("DELETE FROM revoked_passes WHERE ends_at <= ?", now);
    this.#db.run(
      `DELETE FROM revoked_passes WHERE pass IN (
         SELECT pass FROM revoked_passes ORDER BY ends_at DESC LIMIT -1 OFFSET ?)`,
      most,
    );
  }
}
