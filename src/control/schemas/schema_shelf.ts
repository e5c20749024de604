import type { ApiDocument, ApiSchema } from "../../core/api_schema.ts";
import type { ApiSchemaTable, StoredApiSchema } from "../../store/api_schemas.ts";
import { compileDocument, COMPILER_VERSION } from "./compile_document.ts";

/** The stored schemas as gateways get them; read from the database once for each change. */
export class SchemaShelf {
  readonly #table: ApiSchemaTable;
  #documents = new Map<string, { readonly version: number; readonly document: ApiDocument }>();
  #published: { readonly key: string; readonly schemas: readonly ApiSchema[] } = { key: "", schemas: [] };

  constructor(table: ApiSchemaTable) {
    this.#table = table;
  }

  /** The same list as long as nothing changes, so that nothing is sent twice. */
  published(): readonly ApiSchema[] {
    const all = this.#table.list();
    // One that aegis.yml declares again has the id and the first version of the one that was there.
    const ids = new Set(all.map(({ id }) => id));
    for (const id of this.#documents.keys()) if (!ids.has(id)) this.#documents.delete(id);
    const stored = all.filter(({ fields, documentVersion }) => fields.mode !== "off" && documentVersion > 0);
    const key = stored.map(keyOf).join("\n");
    if (key !== this.#published.key) {
      this.#published = { key, schemas: stored.map((each) => this.#forGateways(each)) };
    }
    return this.#published.schemas;
  }

  document(stored: StoredApiSchema): ApiDocument {
    const known = this.#documents.get(stored.id);
    if (known?.version === stored.documentVersion) return known.document;
    const read = this.#table.document(stored.id)!;
    // Compiled by an earlier program: what is stored need not have today's form.
    const document = read.compiler === COMPILER_VERSION
      ? read.compiled
      : compileDocument(read.text, stored.fields.base_path);
    this.#documents.set(stored.id, { version: stored.documentVersion, document });
    return document;
  }

  #forGateways(stored: StoredApiSchema): ApiSchema {
    const { id, hostId, fields } = stored;
    return {
      id,
      hostId,
      name: fields.name,
      version: `${stored.version}.${stored.documentVersion}`,
      mode: fields.mode,
      blockUndefined: fields.block_undefined,
      strictBody: fields.strict_body,
      switches: fields.switches,
      document: this.document(stored),
    };
  }
}

function keyOf({ id, version, documentVersion }: StoredApiSchema): string {
  return `${id} ${version} ${documentVersion}`;
}
