import { z } from "zod";
import { SCHEMA_MODES } from "../core/api_schema.ts";
import { basePathOf } from "../lib/base_path.ts";
import { complain } from "./fields.ts";

export const SchemaMode = z.enum(SCHEMA_MODES);

const Url = z.string().max(2_048).overwrite((text) => text.trim()).check(complain((text: string) => {
  const url = text === "" ? null : URL.parse(text);
  if (text === "" || (url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === "")) {
    return null;
  }
  return { message: `"${text}" is no address`, remedy: "write https://host/openapi.json" };
}));

/** How an API schema is applied, as REST, forms and aegis.yml write it. */
export const ApiSchemaFieldSet = Object.freeze({
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
  base_path: z.string().max(512).overwrite((text) => basePathOf(text.trim())).nullable(),
  mode: SchemaMode,
  /** Paths below the API that it does not name are refused with 404. */
  block_undefined: z.boolean(),
  /** Fields of bodies that it does not name are refused. */
  strict_body: z.boolean(),
});

/** The same with what is left out as usual. */
export const ApiSchemaDefaults = Object.freeze({
  name: ApiSchemaFieldSet.name.default(""),
  url: ApiSchemaFieldSet.url.default(""),
  refresh_seconds: ApiSchemaFieldSet.refresh_seconds.default(3_600),
  base_path: ApiSchemaFieldSet.base_path.default(null),
  mode: ApiSchemaFieldSet.mode.default("detect"),
  block_undefined: ApiSchemaFieldSet.block_undefined.default(false),
  strict_body: ApiSchemaFieldSet.strict_body.default(false),
});
