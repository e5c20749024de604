import type { Database } from "./database.ts";
import { OpenedCache } from "./opened_cache.ts";
import type { Vault } from "./vault.ts";

/** A way to people as it is stored; `fields` is what control makes of it. */
export interface StoredChannel {
  readonly id: string;
  readonly type: "smtp" | "webhook";
  readonly name: string;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Row extends Omit<StoredChannel, "fields"> {
  readonly sealed: Uint8Array;
}

const COLUMNS = "id, type, name, version, created_at AS createdAt, updated_at AS updatedAt, sealed";

/** Ways to people, sealed as a whole: there are keys in most of their fields. */
export class ChannelTable {
  readonly #db: Database;
  readonly #vault: Vault;
  readonly #opened = new OpenedCache<StoredChannel["fields"]>();

  constructor(db: Database, vault: Vault) {
    this.#db = db;
    this.#vault = vault;
  }

  list(): StoredChannel[] {
    return this.#db.all<Row>(`SELECT ${COLUMNS} FROM channels ORDER BY name`).map((row) => this.#open(row));
  }

  get(id: string): StoredChannel | null {
    const row = this.#db.get<Row>(`SELECT ${COLUMNS} FROM channels WHERE id = ?`, id);
    return row === undefined ? null : this.#open(row);
  }

  /** Adds it, or puts it in the place of the one with its id. */
  put(channel: StoredChannel): void {
    this.#db.run(
      `INSERT INTO channels (id, type, name, version, created_at, updated_at, sealed)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version,
         updated_at = excluded.updated_at, sealed = excluded.sealed`,
      channel.id,
      channel.type,
      channel.name,
      channel.version,
      channel.createdAt,
      channel.updatedAt,
      this.#vault.seal(new TextEncoder().encode(JSON.stringify(channel.fields)), context(channel.id)),
    );
  }

  delete(id: string): boolean {
    this.#opened.delete(id);
    return this.#db.run("DELETE FROM channels WHERE id = ?", id) > 0;
  }

  #open({ sealed, ...row }: Row): StoredChannel {
    const fields = this.#opened.of(
      row.id,
      sealed,
      () => JSON.parse(new TextDecoder().decode(this.#vault.open(sealed, context(row.id)))),
    );
    return { ...row, fields };
  }
}

function context(id: string): string {
  return `channels/sealed/${id}`;
}
