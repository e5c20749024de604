import type { ApiBody, ApiMedia } from "../../core/api_schema.ts";
import type { DocumentPath } from "./document_text.ts";
import type { NodeCompiler } from "./node_compiler.ts";
import { type Block, isBlock, type Placed, type Source, textOf } from "./source.ts";

/** Separators of lists in one field of a form, by what the document calls them. */
const SEPARATORS: Readonly<Record<string, string>> = {
  form: ",",
  csv: ",",
  spaceDelimited: " ",
  ssv: " ",
  tsv: "\t",
  pipeDelimited: "|",
  pipes: "|",
};

/** `requestBody` of OpenAPI 3. */
export function compileBody(source: Source, nodes: NodeCompiler, body: Placed | null): ApiBody | null {
  if (body === null || !isBlock(body.value)) return null;
  const { content, required } = body.value;
  const media = Object.entries(isBlock(content) ? content : {}).map(([type, entry]): ApiMedia => {
    const path = [...body.path, "content", type];
    const schema = isBlock(entry) ? entry.schema : undefined;
    return {
      type: bareType(type),
      node: nodes.compile(schema, [...path, "schema"]),
      separators: isBlock(entry) && isBlock(entry.encoding) ? separatorsOf(entry.encoding) : {},
    };
  });
  if (media.length === 0) source.note(`${body.path.join(".")}: names no content type, so any body passes`);
  return { required: required === true, media };
}

/** Parameters `in: body` and `in: formData` of Swagger 2, with what the operation consumes. */
export function compileSwaggerBody(
  nodes: NodeCompiler,
  parameters: readonly Placed[],
  consumes: unknown,
): ApiBody | null {
  const types = Array.isArray(consumes) ? consumes.map(textOf).filter((type) => type !== "") : [];
  for (const { value, path } of parameters) {
    if (!isBlock(value) || value.in !== "body") continue;
    const node = nodes.compile(value.schema, [...path, "schema"]);
    const named = types.length === 0 ? ["application/json"] : types;
    return {
      required: value.required === true,
      media: named.map((type) => ({ type: bareType(type), node, separators: {} })),
    };
  }
  const fields = parameters.flatMap(({ value }) => isBlock(value) && value.in === "formData" ? [value] : []);
  return fields.length === 0 ? null : formBody(nodes, fields, types, parameters[0]!.path);
}

function formBody(
  nodes: NodeCompiler,
  fields: readonly Block[],
  types: readonly string[],
  path: DocumentPath,
): ApiBody {
  const named = fields.map((field) => [textOf(field.name), field] as const);
  const required = named.filter(([, field]) => field.required === true).map(([name]) => name);
  const schema: Block = {
    type: "object",
    properties: Object.fromEntries(
      named.map(([name, { required: _required, ...field }]) => [name, field]),
    ),
    ...(required.length > 0 ? { required } : {}),
  };
  const node = nodes.compile(schema, path);
  const separators = Object.fromEntries(named.flatMap(([name, { type, collectionFormat }]) => {
    if (type !== "array" || collectionFormat === "multi") return [];
    return [[name, SEPARATORS[textOf(collectionFormat)] ?? ","]];
  }));
  const forms = types.filter((type) => /urlencoded|form-data/.test(type));
  const usual = ["application/x-www-form-urlencoded", "multipart/form-data"];
  const media = (forms.length === 0 ? usual : forms).map((type) => ({
    type: bareType(type),
    node,
    separators,
  }));
  return { required: required.length > 0, media };
}

/** Lists that come as one field: `explode: false`. */
function separatorsOf(encoding: Block): Record<string, string> {
  return Object.fromEntries(
    Object.entries(encoding).flatMap(([name, entry]) => {
      if (!isBlock(entry) || entry.explode !== false) return [];
      return [[name, SEPARATORS[textOf(entry.style)] ?? ","]];
    }),
  );
}

function bareType(type: string): string {
  return type.split(";")[0]!.trim().toLowerCase();
}
