import type { z } from "zod";
import { type ApiDocument, endpointKey } from "../../core/api_schema.ts";
import { AegisError } from "../../core/errors.ts";
import type { ApiSchemaFields, StoredApiSchema, StoredDocument } from "../../store/api_schemas.ts";
import type { Bodies, Change } from "../body.ts";
import type { schemasContract, schemaView } from "../contract/schemas.ts";
import { changedMeanwhile } from "../changed_meanwhile.ts";
import type { Control } from "../control.ts";
import { findHost } from "../hosts/hosts.ts";
import { newId } from "../ids.ts";
import { compileDocument, COMPILER_VERSION } from "./compile_document.ts";
import { isDeclared, refuseDeclared, takeDeclaredSchemas } from "./declared_schemas.ts";
import { refused } from "./document_text.ts";
import { fetchDocument } from "./fetch_document.ts";

type Name = keyof typeof schemasContract;
type View = z.output<typeof schemaView>;

/** More than any machine has APIs; a bound on what a mistake can store. */
const MOST_SCHEMAS = 500;

export const schemasBodies: Bodies<Name> = {
  "schemas.list": {
    read: ({ control }, { host }) => {
      const hostId = host === undefined ? null : findHost(control, host).id;
      return control.store.apiSchemas.list().filter((each) => hostId === null || each.hostId === hostId)
        .map((each) => view(control, each));
    },
  },
  "schemas.get": { read: ({ control }, { id }) => detail(control, find(control, id)) },
  "schemas.create": {
    change: async ({ control }, { schema: { host, document, ...fields } }) => {
      const hostId = findHost(control, host).id;
      if ((document === undefined) === (fields.url === "")) {
        throw refused("a schema is a document or the address of one", "give one of document and url");
      }
      const text = document ?? await fetchDocument(control.transport, fields.url);
      const stored = compiled(text, fields.base_path);
      return (change) => {
        if (control.store.apiSchemas.list().length >= MOST_SCHEMAS) {
          throw new AegisError(
            "conflict",
            `${MOST_SCHEMAS} schemas are stored: remove those that serve no more`,
          );
        }
        const fetchedAt = document === undefined ? change.now : null;
        const made: StoredApiSchema = {
          id: newId("schema"),
          hostId,
          version: 1,
          documentVersion: 1,
          compiler: COMPILER_VERSION,
          createdAt: change.now,
          updatedAt: change.now,
          fields: { ...fields, name: fields.name || stored.compiled.title || "API", switches: {} },
          fetchedAt,
          triedAt: fetchedAt,
          failure: "",
        };
        control.store.apiSchemas.insert(made, stored);
        change.record(made.fields.name, null, made.fields);
        change.republish();
        return view(control, find(control, made.id));
      };
    },
  },
  "schemas.update": {
    change: async ({ control }, { id, schema: patch, version }) => {
      const before = find(control, id, version);
      refuseDeclared(before);
      const fields = merged(before.fields, patch);
      const moves = fields.base_path !== before.fields.base_path;
      const text = fields.url !== before.fields.url && fields.url !== ""
        ? await fetchDocument(control.transport, fields.url)
        : moves
        ? control.store.apiSchemas.document(id)!.text
        : null;
      const stored = text === null ? null : compiled(text, fields.base_path);
      return (change) => {
        const after = changeFields(control, change, find(control, id, version), fields);
        if (stored !== null) control.store.apiSchemas.setDocument(id, stored);
        if (fields.url !== before.fields.url && fields.url !== "") {
          control.store.apiSchemas.setFetched(id, change.now, "");
        }
        return view(control, find(control, after.id));
      };
    },
  },
  "schemas.ingest": {
    change: ({ control }, { id, document }) => {
      const before = find(control, id);
      refuseDeclared(before);
      const stored = compiled(document, before.fields.base_path);
      return (change) => {
        const { fields, documentVersion } = find(control, id);
        control.store.apiSchemas.setDocument(id, stored);
        change.record(fields.name, { document: documentVersion }, { document: documentVersion + 1 });
        change.republish();
        return view(control, find(control, id));
      };
    },
  },
  "schemas.refresh": {
    change: async ({ control }, { id }) => {
      const schema = find(control, id);
      const { fields } = schema;
      if (fields.url === "") {
        throw new AegisError("conflict", `${fields.name} is a file: there is no address to fetch it from`);
      }
      const text = await fetchDocument(control.transport, fields.url).catch((thrown) => {
        throw noted(control, id, thrown);
      });
      const before = control.store.apiSchemas.document(id);
      const stored = text === before?.text && before.compiler === COMPILER_VERSION
        ? null
        : compiledOrNoted(control, id, text, fields.base_path);
      return (change) => {
        const { documentVersion } = find(control, id);
        control.store.apiSchemas.setFetched(id, change.now, "");
        if (stored === null) change.nothing();
        else {
          control.store.apiSchemas.setDocument(id, stored);
          // One that aegis.yml declares is called as its document, which may be known only now.
          if (isDeclared(schema)) takeDeclaredSchemas(control);
          change.record(fields.name, { document: documentVersion }, { document: documentVersion + 1 });
          change.republish();
        }
        return view(control, find(control, id));
      };
    },
  },
  "schemas.set_rule": {
    change: ({ control }, { id, i, mode }) => (change) => {
      const before = find(control, id);
      refuseDeclared(before);
      const endpoint = control.schemas.document(before).endpoints[i];
      if (endpoint === undefined) {
        throw new AegisError("not_found", `${before.fields.name} has no endpoint ${i}`);
      }
      const { [endpointKey(endpoint)]: _former, ...others } = before.fields.switches;
      const switches = mode === null ? others : { ...others, [endpointKey(endpoint)]: mode };
      return detail(control, changeFields(control, change, before, { ...before.fields, switches }));
    },
  },
  "schemas.delete": {
    change: ({ control }, { id, version }) => (change) => {
      const before = find(control, id, version);
      refuseDeclared(before);
      const { fields } = before;
      control.store.apiSchemas.delete(id);
      change.record(fields.name, fields, null);
      change.republish();
      return {};
    },
  },
};

function find(control: Control, id: string, version?: number): StoredApiSchema {
  const found = control.store.apiSchemas.list().find((each) => each.id === id);
  if (found === undefined) throw new AegisError("not_found", `there is no schema "${id}"`);
  if (version !== undefined && version !== found.version) throw changedMeanwhile(control, found.fields.name);
  return found;
}

function changeFields(
  control: Control,
  change: Change,
  before: StoredApiSchema,
  fields: ApiSchemaFields,
): StoredApiSchema {
  const after = { ...before, fields, version: before.version + 1, updatedAt: change.now };
  if (!control.store.apiSchemas.update(after)) throw changedMeanwhile(control, before.fields.name);
  change.record(fields.name, before.fields, fields);
  change.republish();
  return after;
}

function merged(
  before: ApiSchemaFields,
  patch: { readonly [K in keyof ApiSchemaFields]?: ApiSchemaFields[K] | undefined },
): ApiSchemaFields {
  const named = Object.entries(patch).filter(([, value]) => value !== undefined);
  const after: ApiSchemaFields = { ...before, ...Object.fromEntries(named) };
  return { ...after, name: after.name === "" ? before.name : after.name };
}

function compiled(text: string, base: string | null): StoredDocument {
  return { text, compiled: compileDocument(text, base), compiler: COMPILER_VERSION };
}

function compiledOrNoted(control: Control, id: string, text: string, base: string | null): StoredDocument {
  try {
    return compiled(text, base);
  } catch (thrown) {
    throw noted(control, id, thrown);
  }
}

/** That a fetch failed is kept, though the change that it was for is not made. */
function noted(control: Control, id: string, thrown: unknown): unknown {
  const why = thrown instanceof AegisError ? thrown.message : "an error of Aegis itself";
  control.store.apiSchemas.setFetched(id, control.clock.now(), why.slice(0, 500));
  return thrown;
}

function view(control: Control, stored: StoredApiSchema): View {
  const document: ApiDocument = control.schemas.document(stored);
  const { switches, ...fields } = stored.fields;
  const host = control.hosts().find(({ id }) => id === stored.hostId);
  const keys = new Set(document.endpoints.map(endpointKey));
  return {
    ...fields,
    id: stored.id,
    host_id: stored.hostId,
    host_name: host?.domains[0] ?? stored.hostId,
    origin: isDeclared(stored) ? "file" : "stored",
    title: document.title,
    dialect: document.dialect,
    api_version: document.apiVersion,
    bases: [...document.bases],
    endpoints: document.endpoints.length,
    switched: Object.keys(switches).filter((key) => keys.has(key)).length,
    notes: [...document.notes],
    created_at: stored.createdAt,
    updated_at: stored.updatedAt,
    fetched_at: stored.fetchedAt,
    failure: stored.failure,
    version: stored.version,
  };
}

function detail(control: Control, stored: StoredApiSchema) {
  const { mode, switches } = stored.fields;
  const rules = control.schemas.document(stored).endpoints.map((endpoint, i) => {
    const key = endpointKey(endpoint);
    const own = Object.hasOwn(switches, key) ? switches[key]! : null;
    return {
      i,
      method: endpoint.method,
      path: endpoint.template,
      mode: own ?? mode,
      own_mode: own,
      parameters: endpoint.parameters.length,
      body: endpoint.body?.media.map(({ type }) => type) ?? [],
    };
  });
  return { ...view(control, stored), rules };
}
