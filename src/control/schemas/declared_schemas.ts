import type { FileApiSchema } from "../../config/file_schemas.ts";
import type { ApiDocument } from "../../core/api_schema.ts";
import { AegisError } from "../../core/errors.ts";
import type { ApiSchemaFields, StoredApiSchema, StoredDocument } from "../../store/api_schemas.ts";
import type { Control } from "../control.ts";
import { compileDocument, COMPILER_VERSION } from "./compile_document.ts";

/** Ids of schemas that aegis.yml declares; those made here begin otherwise. */
const DECLARED = /^file-/;

/** What stands for a document until it is fetched for the first time; no gateway gets it. */
const UNFETCHED: ApiDocument = Object.freeze({
  title: "",
  dialect: "",
  apiVersion: "",
  bases: [],
  endpoints: [],
  nodes: [],
  notes: [],
});

export function isDeclared({ id }: Pick<StoredApiSchema, "id">): boolean {
  return DECLARED.test(id);
}

/** Throws `read_only` for a schema of aegis.yml. */
export function refuseDeclared(schema: StoredApiSchema): void {
  if (!isDeclared(schema)) return;
  throw new AegisError(
    "read_only",
    `${schema.fields.name} is declared in the configuration file: change it there`,
  );
}

/**
 * Makes the stored schemas of aegis.yml those that the configuration in force declares, within the caller's
 * transaction: what is gone leaves, and of what stays a fetched document stays too, until it is fetched anew.
 */
export function takeDeclaredSchemas(control: Pick<Control, "store" | "config" | "clock">): void {
  const { apiSchemas } = control.store;
  const declared = control.config.api_schemas;
  const stored = new Map(apiSchemas.list().filter(isDeclared).map((each) => [each.id, each]));
  const now = control.clock.now();
  const first = Math.min(now, ...[...stored.values()].map(({ createdAt }) => createdAt));
  for (const [i, each] of declared.entries()) {
    // They are asked in the order in which they were made.
    const createdAt = first + i;
    const before = stored.get(each.id);
    stored.delete(each.id);
    if (before === undefined) insert(control, each, createdAt, now);
    else update(control, each, before, createdAt, now);
  }
  for (const id of stored.keys()) apiSchemas.delete(id);
}

type Kept = Pick<Control, "store">;

function insert({ store }: Kept, schema: FileApiSchema, createdAt: number, now: number): void {
  const document = schema.text === null ? unfetched() : compiled(schema.text, schema.fields.base_path);
  const failure = schema.text === null ? "it was not fetched yet" : "";
  store.apiSchemas.insert({
    id: schema.id,
    hostId: schema.hostId,
    version: 1,
    documentVersion: schema.text === null ? 0 : 1,
    compiler: COMPILER_VERSION,
    createdAt,
    updatedAt: now,
    fields: fieldsOf(schema, document.compiled),
    fetchedAt: null,
    triedAt: null,
    failure,
  }, document);
}

function update(
  { store }: Kept,
  schema: FileApiSchema,
  before: StoredApiSchema,
  createdAt: number,
  now: number,
): void {
  const { id, documentVersion } = before;
  const last = store.apiSchemas.document(id)!;
  const text = schema.text ?? (documentVersion === 0 ? null : last.text);
  const moves = schema.fields.base_path !== before.fields.base_path;
  const fresh = text !== null && (text !== last.text || moves)
    ? compiled(text, schema.fields.base_path)
    : null;
  if (fresh !== null) store.apiSchemas.setDocument(id, fresh);
  const fields = fieldsOf(schema, (fresh ?? last).compiled);
  if (JSON.stringify(fields) !== JSON.stringify(before.fields)) {
    store.apiSchemas.update({ ...before, fields, version: before.version + 1, updatedAt: now });
  }
  if (createdAt !== before.createdAt) store.apiSchemas.setPlace(id, createdAt);
}

function fieldsOf({ fields }: FileApiSchema, document: ApiDocument): ApiSchemaFields {
  return { ...fields, name: fields.name || document.title || fields.url || "API" };
}

function compiled(text: string, base: string | null): StoredDocument {
  return { text, compiled: compileDocument(text, base), compiler: COMPILER_VERSION };
}

function unfetched(): StoredDocument {
  return { text: "", compiled: UNFETCHED, compiler: COMPILER_VERSION };
}
