import type { Database } from "./database.ts";
import { OpenedCache } from "./opened_cache.ts";
import type { Vault } from "./vault.ts";

/** Small secrets by name (setup token, hash key, CA key), sealed in the file. */
export class SecretTable {
  readonly #db: Database;
  readonly #vault: Vault;
  readonly #opened = new OpenedCache<string>();

  constructor(db: Database, vault: Vault) {
    this.#db = db;
    this.#vault = vault;
  }

  /** The secret, or null where none was set. Throws `config_refused` where the vault's key does not fit. */
  get(name: string): string | null {
    const row = this.#db.get<{ sealed: Uint8Array }>("SELECT sealed FROM secrets WHERE name = ?", name);
    if (row === undefined) return null;
    return this.#opened.of(
      name,
      row.sealed,
      () => new TextDecoder().decode(this.#vault.open(row.sealed, context(name))),
    );
  }

  set(name: string, secret: string): void {
    this.#db.run(
      "INSERT INTO secrets (name, sealed) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed",
      name,
      this.#vault.seal(new TextEncoder().encode(secret), context(name)),
    );
  }

  delete(name: string): boolean {
    this.#opened.delete(name);
    return this.#db.run("DELETE FROM secrets WHERE name = ?", name) > 0;
  }
}

function context(name: string): string {
  return `secrets/sealed/${name}`;
}
