import type { ApiDocument, SchemaMode } from "../core/api_schema.ts";
import type { Database } from "./database.ts";

/** What people set of a schema. */
export interface ApiSchemaFields {
  readonly name: string;
  /** Where it is fetched from; empty: it was uploaded. */
  readonly url: string;
  /** 0: only when somebody asks. */
  readonly refresh_seconds: number;
  /** Where the API lies here; null: as the document says. */
  readonly base_path: string | null;
  readonly mode: SchemaMode;
  readonly block_undefined: boolean;
  readonly strict_body: boolean;
  /** `GET /users/{id}` → its own mode. */
  readonly switches: Readonly<Record<string, SchemaMode>>;
}

/** A schema without its document. */
export interface StoredApiSchema {
  readonly id: string;
  readonly hostId: string;
  readonly version: number;
  /** 0: it was never fetched, and there is none. */
  readonly documentVersion: number;
  /** Of the program that compiled it. */
  readonly compiler: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly fields: ApiSchemaFields;
  /** Milliseconds since 1970; null: never, it was uploaded. */
  readonly fetchedAt: number | null;
  /** Last try, whatever became of it. */
  readonly triedAt: number | null;
  /** Why the last fetch failed; empty: it did not. */
  readonly failure: string;
}

/** The text of a document with what it compiles to. */
export interface StoredDocument {
  readonly text: string;
  readonly compiled: ApiDocument;
  readonly compiler: number;
}

interface Row {
  readonly id: string;
  readonly host_id: string;
  readonly version: number;
  readonly document_version: number;
  readonly compiler: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly fields: string;
  readonly fetched_at: number | null;
  readonly tried_at: number | null;
  readonly failure: string;
}

const COLUMNS = "id, host_id, version, document_version, compiler, created_at, updated_at, fields, " +
  "fetched_at, tried_at, failure";

/** API schemas of all hosts. */
export class ApiSchemaTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** All, in the order of their making: so they are asked. */
  list(): StoredApiSchema[] {
    return this.#db.all<Row>(`SELECT ${COLUMNS} FROM api_schemas ORDER BY created_at, id`).map(toSchema);
  }

  document(id: string): StoredDocument | null {
    const row = this.#db.get<{ document: string; compiled: string; compiler: number }>(
      "SELECT document, compiled, compiler FROM api_schemas WHERE id = ?",
      id,
    );
    if (row === undefined) return null;
    return { text: row.document, compiled: JSON.parse(row.compiled), compiler: row.compiler };
  }

  insert(schema: StoredApiSchema, document: StoredDocument): void {
    this.#db.run(
      `INSERT INTO api_schemas (${COLUMNS}, document, compiled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      schema.id,
      schema.hostId,
      schema.version,
      schema.documentVersion,
      document.compiler,
      schema.createdAt,
      schema.updatedAt,
      JSON.stringify(schema.fields),
      schema.fetchedAt,
      schema.triedAt,
      schema.failure,
      document.text,
      JSON.stringify(document.compiled),
    );
  }

  /** Replaces the one whose stored version is one below. False: it is gone or was changed meanwhile. */
  update(schema: StoredApiSchema): boolean {
    return this.#db.run(
      "UPDATE api_schemas SET version = ?, updated_at = ?, fields = ? WHERE id = ? AND version = ?",
      schema.version,
      schema.updatedAt,
      JSON.stringify(schema.fields),
      schema.id,
      schema.version - 1,
    ) > 0;
  }

  /** Another text, or the same compiled anew; what people set stays. */
  setDocument(id: string, document: StoredDocument): void {
    this.#db.run(
      "UPDATE api_schemas SET document = ?, compiled = ?, compiler = ?, " +
        "document_version = document_version + 1 WHERE id = ?",
      document.text,
      JSON.stringify(document.compiled),
      document.compiler,
      id,
    );
  }

  /** They are asked in the order of these times. */
  setPlace(id: string, createdAt: number): void {
    this.#db.run("UPDATE api_schemas SET created_at = ? WHERE id = ?", createdAt, id);
  }

  /** How the last fetch went; empty `failure`: well. */
  setFetched(id: string, at: number, failure: string): void {
    this.#db.run(
      "UPDATE api_schemas SET tried_at = ?, failure = ?, " +
        "fetched_at = CASE WHEN ? = '' THEN ? ELSE fetched_at END WHERE id = ?",
      at,
      failure,
      failure,
      at,
      id,
    );
  }

  delete(id: string): boolean {
    return this.#db.run("DELETE FROM api_schemas WHERE id = ?", id) > 0;
  }
}

function toSchema(row: Row): StoredApiSchema {
  return {
    id: row.id,
    hostId: row.host_id,
    version: row.version,
    documentVersion: row.document_version,
    compiler: row.compiler,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    fields: JSON.parse(row.fields) as ApiSchemaFields,
    fetchedAt: row.fetched_at,
    triedAt: row.tried_at,
    failure: row.failure,
  };
}
