import { z } from "zod";
import { SCHEMA_MODES } from "../../core/api_schema.ts";
import { complain } from "../../config/fields.ts";
import { contract } from "../operation_contract.ts";
import { LONGEST_DOCUMENT } from "../schemas/document_text.ts";
import { baseOf } from "../schemas/servers.ts";
import { count, id, nothing, timestamp } from "./common.ts";

const mode = z.enum(SCHEMA_MODES);
const documentText = z.string().min(1).max(LONGEST_DOCUMENT);

const Url = z.string().max(2_048).overwrite((text) => text.trim()).check(complain((text: string) => {
  const url = text === "" ? null : URL.parse(text);
  if (text === "" || (url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === "")) {
    return null;
  }
  return { message: `"${text}" is no address`, remedy: "write https://host/openapi.json" };
}));

/** A path as the document's servers would name it. */
const BasePath = z.string().max(512).overwrite((text) => baseOf(text.trim())).nullable();

const fields = {
  /** Empty: the document's title. */
  name: z.string().trim().max(100),
  /** Where it is fetched from; empty: it is uploaded. */
  url: Url,
  /** Fetched again so often; 0: only when somebody asks. */
  refresh_seconds: z.int().min(0).max(30 * 86_400).check(complain((seconds: number) => {
    if (seconds === 0 || seconds >= 60) return null;
    return { message: "is less than a minute", remedy: "write 60 or more, or 0 for never" };
  })),
  /** Where the API lies on this host; null: as the document says. */
  base_path: BasePath,
  mode,
  /** Paths below the API that it does not name are refused with 404. */
  block_undefined: z.boolean(),
  /** Fields of bodies that it does not name are refused. */
  strict_body: z.boolean(),
};

export const SchemaInput = z.strictObject({
  /** Id or domain of the host. */
  host: z.string().min(1).max(253),
  name: fields.name.default(""),
  url: fields.url.default(""),
  document: documentText.optional(),
  refresh_seconds: fields.refresh_seconds.default(3_600),
  base_path: fields.base_path.default(null),
  mode: mode.default("detect"),
  block_undefined: fields.block_undefined.default(false),
  strict_body: fields.strict_body.default(false),
});

export const SchemaPatch = z.strictObject(fields).partial();

export const schemaView = z.strictObject({
  id,
  host_id: id,
  host_name: z.string(),
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
