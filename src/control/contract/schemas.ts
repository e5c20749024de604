import { z } from "zod";
import { ApiSchemaDefaults, ApiSchemaFieldSet, SchemaMode as mode } from "../../config/api_schema_fields.ts";
import { contract } from "../operation_contract.ts";
import { LONGEST_DOCUMENT } from "../schemas/document_text.ts";
import { count, id, nothing, timestamp } from "./common.ts";

const documentText = z.string().min(1).max(LONGEST_DOCUMENT);

export const SchemaInput = z.strictObject({
  /** Id or domain of the host. */
  host: z.string().min(1).max(253),
  ...ApiSchemaDefaults,
  document: documentText.optional(),
});

export const SchemaPatch = z.strictObject(ApiSchemaFieldSet).partial();

export const schemaView = z.strictObject({
  id,
  host_id: id,
  host_name: z.string(),
  /** `file`: aegis.yml declares it; it is changed there. */
  origin: z.enum(["stored", "file"]),
  name: z.string(),
  url: z.string(),
  refresh_seconds: count,
  base_path: z.string().nullable(),
  mode,
  block_undefined: z.boolean(),
  strict_body: z.boolean(),
  title: z.string(),
  /** `3.1.0`. */
  dialect: z.string(),
  api_version: z.string(),
  bases: z.array(z.string()),
  endpoints: count,
  /** Endpoints with a mode of their own. */
  switched: count,
  /** What of the document cannot be checked. */
  notes: z.array(z.string()),
  created_at: timestamp,
  updated_at: timestamp,
  fetched_at: timestamp.nullable(),
  /** Why the last fetch failed: the last good document stays. Empty: it did not. */
  failure: z.string(),
  version: count,
});

const endpointView = z.strictObject({
  /** Its place in the document: `rules/{i}`. */
  i: count,
  method: z.string(),
  path: z.string(),
  /** In force. */
  mode,
  /** Its own; null: the schema's. */
  own_mode: mode.nullable(),
  parameters: count,
  body: z.array(z.string()),
});

const detail = z.strictObject({ ...schemaView.shape, rules: z.array(endpointView) });

export const schemasContract = {
  "schemas.list": contract({
    summary: "API schemas of all hosts, or of one",
    role: "viewer",
    changes: false,
    input: z.strictObject({ host: z.string().min(1).max(253).optional() }),
    output: z.array(schemaView),
  }),
  "schemas.get": contract({
    summary: "One API schema with its endpoints",
    role: "viewer",
    changes: false,
    input: z.strictObject({ id }),
    output: detail,
  }),
  "schemas.create": contract({
    summary:
      "Check a host's requests against an OpenAPI or Swagger document, given as text or by its address",
    role: "operator",
    changes: true,
    input: z.strictObject({ schema: SchemaInput }),
    output: schemaView,
  }),
  "schemas.update": contract({
    summary: "Change how an API schema is applied",
    role: "operator",
    changes: true,
    input: z.strictObject({ id, schema: SchemaPatch, version: count.optional() }),
    output: schemaView,
  }),
  "schemas.ingest": contract({
    summary: "Take another document in place of the one that is there; switches of endpoints stay",
    role: "operator",
    changes: true,
    input: z.strictObject({ id, document: documentText }),
    output: schemaView,
  }),
  "schemas.refresh": contract({
    summary: "Fetch the document again; the last good one stays where that fails",
    role: "operator",
    changes: true,
    input: z.strictObject({ id }),
    output: schemaView,
  }),
  "schemas.set_rule": contract({
    summary: "Switch one endpoint; null: as its schema",
    role: "operator",
    changes: true,
    input: z.strictObject({ id, i: count, mode: mode.nullable() }),
    output: detail,
  }),
  "schemas.delete": contract({
    summary: "Check a host's requests against this document no longer",
    role: "operator",
    changes: true,
    input: z.strictObject({ id, version: count.optional() }),
    output: nothing,
  }),
};
