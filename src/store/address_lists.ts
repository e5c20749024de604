import type { BanHit } from "../core/address_list.ts";
import type { Database } from "./database.ts";

export type AddressListKind = "networks" | "crowdsec";

/** What an operator says of a list. */
export interface AddressListDefinition {
  readonly id: string;
  readonly name: string;
  readonly kind: AddressListKind;
  readonly url: string;
  readonly everySeconds: number;
  readonly enabled: boolean;
  /** Own bans are offered to the CrowdSec Local API … */
  readonly offers: boolean;
  /** … by this machine; empty: none. */
  readonly machine: string;
  readonly createdAt: number;
  readonly createdBy: string;
}

/** With what came of it. Times are milliseconds since 1970. */
export interface StoredAddressList extends AddressListDefinition {
  /** Of the last good state. */
  readonly entries: number;
  readonly leftOut: number;
  readonly etag: string;
  readonly lastModified: string;
  readonly triedAt: number | null;
  readonly fetchedAt: number | null;
  /** Why the last try failed; empty: it was good. */
  readonly error: string;
  readonly answered: number;
  readonly dropped: number;
  readonly lastHitAt: number | null;
  /** When bans were last offered; null: never. */
  readonly offeredAt: number | null;
  /** Why the last try to offer failed; empty: it was good. */
  readonly offerError: string;
}

const COLUMNS = `id, name, kind, url, every_seconds AS everySeconds, enabled, created_at AS createdAt,
  created_by AS createdBy, entries, left_out AS leftOut, etag, last_modified AS lastModified, tried_at AS triedAt,
  fetched_at AS fetchedAt, error, answered, dropped, last_hit_at AS lastHitAt, offers, machine,
  offered_at AS offeredAt, offer_error AS offerError`;

type Row = Omit<StoredAddressList, "enabled" | "offers"> & {
  readonly enabled: number;
  readonly offers: number;
};

/** Subscribed address lists and their last good networks (lib/network_list.ts). */
export class AddressListTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** In the order in which they were made. */
  list(): StoredAddressList[] {
    return this.#db.all<Row>(`SELECT ${COLUMNS} FROM address_lists ORDER BY created_at, rowid`).map(listOf);
  }

  get(id: string): StoredAddressList | null {
    const row = this.#db.get<Row>(`SELECT ${COLUMNS} FROM address_lists WHERE id = ?`, id);
    return row === undefined ? null : listOf(row);
  }

  insert(list: AddressListDefinition): void {
    this.#db.run(
      `INSERT INTO address_lists (id, name, kind, url, every_seconds, enabled, offers, machine, created_at, created_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      list.id,
      list.name,
      list.kind,
      list.url,
      list.everySeconds,
      Number(list.enabled),
      Number(list.offers),
      list.machine,
      list.createdAt,
      list.createdBy,
    );
  }

  /** What was fetched from another address says nothing of this one: the next fetch asks for all of it. */
  update({ id, name, url, everySeconds, enabled, offers, machine }: AddressListDefinition): void {
    this.#db.run(
      `UPDATE address_lists SET etag = CASE WHEN url = ?1 THEN etag ELSE '' END,
         last_modified = CASE WHEN url = ?1 THEN last_modified ELSE '' END,
         url = ?1, name = ?2, every_seconds = ?3, enabled = ?4, offers = ?5, machine = ?6, offer_error = ''
       WHERE id = ?7`,
      url,
      name,
      everySeconds,
      Number(enabled),
      Number(offers),
      machine,
      id,
    );
  }

  delete(id: string): void {
    this.#db.run("DELETE FROM address_lists WHERE id = ?", id);
  }

  /** The last good networks; null: none were ever fetched. */
  networks(id: string): Uint8Array | null {
    const row = this.#db.get<{ networks: Uint8Array }>(
      "SELECT networks FROM address_list_networks WHERE list_id = ?",
      id,
    );
    return row?.networks ?? null;
  }

  /** A good fetch. `networks` null: the same as before. */
  fetched(id: string, at: number, state: FetchedState, networks: Uint8Array | null): void {
    this.#db.run(
      `UPDATE address_lists SET tried_at = ?1, fetched_at = ?1, error = '', entries = ?2, left_out = ?3, etag = ?4,
         last_modified = ?5 WHERE id = ?6`,
      at,
      state.entries,
      state.leftOut,
      state.etag,
      state.lastModified,
      id,
    );
    if (networks === null) return;
    this.#db.run(
      `INSERT INTO address_list_networks (list_id, networks) VALUES (?, ?)
       ON CONFLICT (list_id) DO UPDATE SET networks = excluded.networks`,
      id,
      networks,
    );
  }

  /** The last good state stays. */
  failed(id: string, at: number, error: string): void {
    this.#db.run("UPDATE address_lists SET tried_at = ?, error = ? WHERE id = ?", at, error, id);
  }

  /** `at` null: nothing was offered, `error` says why. */
  offered(id: string, at: number | null, error: string): void {
    this.#db.run(
      "UPDATE address_lists SET offered_at = coalesce(?, offered_at), offer_error = ? WHERE id = ?",
      at,
      error,
      id,
    );
  }

  hit({ id, answered, dropped }: BanHit, at: number): void {
    this.#db.run(
      `UPDATE address_lists SET answered = answered + ?, dropped = dropped + ?, last_hit_at = ? WHERE id = ?`,
      answered,
      dropped,
      at,
      id,
    );
  }
}

export type FetchedState = Pick<StoredAddressList, "entries" | "leftOut" | "etag" | "lastModified">;

function listOf(row: Row): StoredAddressList {
  return { ...row, enabled: row.enabled === 1, offers: row.offers === 1 };
}
