import type { CertificatePair } from "../core/snapshot.ts";
import type { Database } from "./database.ts";
import { OpenedCache } from "./opened_cache.ts";
import type { Vault } from "./vault.ts";

export interface StoredCertificate extends CertificatePair {
  /** Who issued it: `local-ca`, `fallback`, `admin`, `custom`, … as control names them. */
  readonly origin: string;
  readonly notAfter: number;
  readonly createdAt: number;
}

interface Row {
  readonly id: string;
  readonly origin: string;
  readonly names: string;
  readonly certificatePem: string;
  readonly sealed: Uint8Array;
  readonly notAfter: number;
  readonly createdAt: number;
}

const COLUMNS = `id, origin, names, certificate_pem AS certificatePem, sealed, not_after AS notAfter,
  created_at AS createdAt`;

/** Certificates with their keys; keys lie sealed in the file. */
export class CertificateTable {
  readonly #db: Database;
  readonly #vault: Vault;
  readonly #opened = new OpenedCache<StoredCertificate>();

  constructor(db: Database, vault: Vault) {
    this.#db = db;
    this.#vault = vault;
  }

  list(): StoredCertificate[] {
    return this.#db.all<Row>(`SELECT ${COLUMNS} FROM certificates ORDER BY created_at, id`).map((row) =>
      this.#open(row)
    );
  }

  /** Those of one origin alone: of many hosts each has one of the local CA's. */
  ofOrigin(origin: string): StoredCertificate[] {
    const sql = `SELECT ${COLUMNS} FROM certificates WHERE origin = ? ORDER BY created_at, id`;
    return this.#db.all<Row>(sql, origin).map((row) => this.#open(row));
  }

  get(id: string): StoredCertificate | null {
    const row = this.#db.get<Row>(`SELECT ${COLUMNS} FROM certificates WHERE id = ?`, id);
    return row === undefined ? null : this.#open(row);
  }

  /** Inserts, or replaces the one of the same id. */
  put(certificate: StoredCertificate): void {
    this.#db.run(
      `INSERT OR REPLACE INTO certificates (id, origin, names, certificate_pem, sealed, not_after, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      certificate.id,
      certificate.origin,
      JSON.stringify(certificate.names),
      certificate.certificatePem,
      this.#vault.seal(new TextEncoder().encode(certificate.keyPem), context(certificate.id)),
      certificate.notAfter,
      certificate.createdAt,
    );
  }

  delete(id: string): boolean {
    this.#opened.delete(id);
    return this.#db.run("DELETE FROM certificates WHERE id = ?", id) > 0;
  }

  /** Each is sealed with a fresh nonce when it is put, so the seal alone tells whether a row is still the same. */
  #open(row: Row): StoredCertificate {
    return this.#opened.of(row.id, row.sealed, () => ({
      id: row.id,
      origin: row.origin,
      names: JSON.parse(row.names) as string[],
      certificatePem: row.certificatePem,
      keyPem: new TextDecoder().decode(this.#vault.open(row.sealed, context(row.id))),
      notAfter: row.notAfter,
      createdAt: row.createdAt,
    }));
  }
}

function context(id: string): string {
  return `certificates/sealed/${id}`;
}
