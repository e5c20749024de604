import { type ApiParameter, KIND_BITS, type ParameterStyle, type SchemaNode } from "../../core/api_schema.ts";
import type { DocumentPath } from "./document_text.ts";
import type { NodeCompiler } from "./node_compiler.ts";
import { type Block, isBlock, type Source, textOf } from "./source.ts";

const PLACES = ["path", "query", "header", "cookie"] as const;
/** Header fields that are no parameters (OpenAPI 3.1, 4.8.12.2.1). */
const NO_PARAMETERS = new Set(["accept", "content-type", "authorization"]);
/** Levels of `allOf` and references that are searched for a kind. */
const MOST_LEVELS = 8;

const STYLES: ReadonlySet<string> = new Set<ParameterStyle>([
  "simple",
  "label",
  "matrix",
  "form",
  "spaceDelimited",
  "pipeDelimited",
  "deepObject",
]);

/** Swagger 2's `collectionFormat`; `multi` is `form` exploded. */
const COLLECTIONS: Readonly<Record<string, ParameterStyle>> = {
  csv: "form",
  ssv: "spaceDelimited",
  tsv: "tabDelimited",
  pipes: "pipeDelimited",
  multi: "form",
};

/** A parameter object as gateways read it; null for what is none (bodies of Swagger 2, headers with a meaning of their own). */
export function compileParameter(
  source: Source,
  nodes: NodeCompiler,
  parameter: Block,
  path: DocumentPath,
): ApiParameter | null {
  const place = PLACES.find((each) => each === parameter.in);
  const name = textOf(parameter.name);
  if (name === "") throw source.fault(path, "has no name", "add name: and in:");
  if (place === undefined) {
    if (parameter.in === "body" || parameter.in === "formData") return null;
    throw source.fault(
      path,
      `has no place that is known (in: ${textOf(parameter.in)})`,
      `one of ${PLACES.join(", ")}`,
    );
  }
  if (place === "header" && NO_PARAMETERS.has(name.toLowerCase())) return null;
  const isJson = isBlock(parameter.content);
  const schema = schemaOf(source, parameter);
  const node = nodes.compile(schema, isJson ? [...path, "content"] : [...path, "schema"]);
  const { style, explode } = isJson
    ? { style: "json" as const, explode: false }
    : styleOf(source, parameter, place);
  const { shape, fields } = shapeOf(nodes.nodes, node);
  return {
    name: place === "header" ? name.toLowerCase() : name,
    place,
    required: parameter.required === true || place === "path",
    style,
    explode,
    shape,
    fields: shape === "object" && explode ? fields : [],
    allowsEmpty: parameter.allowEmptyValue === true,
    node,
  };
}

/** Swagger 2 writes the schema into the parameter itself. */
function schemaOf(source: Source, parameter: Block): unknown {
  if (isBlock(parameter.content)) {
    const media = Object.values(parameter.content)[0];
    return isBlock(media) ? media.schema : undefined;
  }
  if (source.dialect !== "2.0") return parameter.schema;
  const { required: _required, allowEmptyValue: _empty, ...schema } = parameter;
  return schema;
}

function styleOf(
  source: Source,
  parameter: Block,
  place: ApiParameter["place"],
): { readonly style: ParameterStyle; readonly explode: boolean } {
  const usual: ParameterStyle = place === "query" || place === "cookie" ? "form" : "simple";
  if (source.dialect === "2.0") {
    const collection = textOf(parameter.collectionFormat) || "csv";
    const known = COLLECTIONS[collection] ?? "form";
    const isForm = known === "form" && usual === "simple";
    return { style: isForm ? "simple" : known, explode: collection === "multi" };
  }
  const style = textOf(parameter.style);
  const known = STYLES.has(style) ? style as ParameterStyle : usual;
  const explode = typeof parameter.explode === "boolean" ? parameter.explode : known === "form";
  return { style: known, explode };
}

/** What a node makes of a text: a list, a table with these fields, or one value. */
export function shapeOf(
  nodes: readonly SchemaNode[],
  index: number,
): { readonly shape: ApiParameter["shape"]; readonly fields: readonly string[] } {
  const fields = new Set<string>();
  const kinds = kindsOf(nodes, index, fields, 0);
  if ((kinds & KIND_BITS.array) !== 0) return { shape: "array", fields: [] };
  const isObject = (kinds & KIND_BITS.object) !== 0 || (kinds === 0 && fields.size > 0);
  return { shape: isObject ? "object" : "scalar", fields: [...fields] };
}

function kindsOf(nodes: readonly SchemaNode[], index: number, fields: Set<string>, level: number): number {
  const node = nodes[index];
  if (node === undefined || level > MOST_LEVELS) return 0;
  for (const name of Object.keys(node.properties ?? {})) fields.add(name);
  let kinds = node.kinds ?? 0;
  for (const part of [...node.allOf ?? [], ...node.anyOf ?? [], ...node.oneOf ?? []]) {
    kinds |= kindsOf(nodes, part, fields, level + 1);
  }
  return kinds;
}
