import type { Database } from "./database.ts";

/** A signed rule set without its text. */
export interface StoredRelease {
  readonly version: string;
  readonly issuedAt: number;
  /** The public key that signed it, base64. */
  readonly key: string;
  /** How many it has. */
  readonly rules: number;
  readonly importedAt: number;
  readonly importedBy: string;
}

/** Which rule set serves; an empty version is the one that comes with the program. */
export interface ReleaseInForce {
  readonly version: string;
  /** Served before it. */
  readonly former: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

const COLUMNS =
  "version, issued_at AS issuedAt, key, rules, imported_at AS importedAt, imported_by AS importedBy";

/** Rule sets that did not come with the program. */
export class RuleReleaseTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Newest first, by when they were signed. */
  list(): StoredRelease[] {
    return this.#db.all<StoredRelease>(
      `SELECT ${COLUMNS} FROM rule_releases ORDER BY issued_at DESC, version`,
    );
  }

  text(version: string): string | null {
    const sql = "SELECT text FROM rule_releases WHERE version = ?";
    return this.#db.get<{ text: string }>(sql, version)?.text ?? null;
  }

  /** Inserts, or puts another signature of the same version in the place of the former. */
  put(release: StoredRelease, text: string): void {
    this.#db.run(
      `INSERT OR REPLACE INTO rule_releases (version, issued_at, key, rules, text, imported_at, imported_by)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      release.version,
      release.issuedAt,
      release.key,
      release.rules,
      text,
      release.importedAt,
      release.importedBy,
    );
  }

  delete(version: string): void {
    this.#db.run("DELETE FROM rule_releases WHERE version = ?", version);
  }

  /** null: it was never changed. */
  inForce(): ReleaseInForce | null {
    return this.#db.get<ReleaseInForce>("SELECT version, former, since FROM rule_release_in_force") ?? null;
  }

  setInForce({ version, former, since }: ReleaseInForce): void {
    this.#db.run(
      "INSERT OR REPLACE INTO rule_release_in_force (only, version, former, since) VALUES (1, ?, ?, ?)",
      version,
      former,
      since,
    );
  }
}
