import type { ApiDocument, ApiEndpoint, ApiParameter } from "../../core/api_schema.ts";
import { canonicalPath } from "../../lib/canonical_path.ts";
import { compileBody, compileSwaggerBody } from "./body_compiler.ts";
import { type DocumentPath, type DocumentText, readDocumentText } from "./document_text.ts";
import { NodeCompiler } from "./node_compiler.ts";
import { compileParameter } from "./parameter_compiler.ts";
import { basesOf } from "./servers.ts";
import { type Block, isBlock, type Placed, Source, textOf } from "./source.ts";

/** Changes with what the same text is compiled to: stored documents of another one are compiled again. */
export const COMPILER_VERSION = 1;

const METHODS = ["get", "head", "post", "put", "patch", "delete", "options", "trace", "query"] as const;
const MOST_ENDPOINTS = 10_000;
const MOST_PARAMETERS = 256;

/**
 * The text of an OpenAPI 3.0, 3.1 or Swagger 2 document, JSON or YAML, as gateways interpret it. `base`: the path that it
 * lies under here, in place of its own servers'; null: as it says itself. Throws AegisError `invalid_input` that names
 * line and place.
 */
export function compileDocument(text: string, base: string | null): ApiDocument {
  return new Compiler(readDocumentText(text), base).compile();
}

class Compiler {
  readonly #source: Source;
  readonly #nodes: NodeCompiler;
  readonly #base: string | null;
  readonly #bases: readonly string[];
  readonly #endpoints: ApiEndpoint[] = [];

  constructor(text: DocumentText, base: string | null) {
    this.#source = new Source(text);
    this.#nodes = new NodeCompiler(this.#source);
    this.#base = base;
    this.#bases = base === null ? basesOf(this.#source.root, this.#source) ?? [""] : [base];
  }

  compile(): ApiDocument {
    const source = this.#source;
    const { paths, info } = source.root;
    if (!isBlock(paths)) {
      throw source.fault(
        ["paths"],
        "is missing or no list of paths",
        "a document without paths protects nothing",
      );
    }
    for (const [template, item] of Object.entries(paths)) {
      if (template.startsWith("x-")) continue;
      if (!template.startsWith("/")) {
        throw source.fault(["paths", template], "is no path", "begin it with /");
      }
      const placed = source.follow(item, ["paths", template]);
      if (placed !== null && isBlock(placed.value)) this.#pathItem(template, placed.value, placed.path);
    }
    this.#nodes.refuseEndless();
    return {
      title: isBlock(info) ? textOf(info.title).slice(0, 200) : "",
      dialect: source.version,
      apiVersion: isBlock(info) ? textOf(info.version).slice(0, 80) : "",
      bases: [...new Set([...this.#bases])],
      endpoints: this.#endpoints,
      nodes: this.#nodes.nodes,
      notes: source.notes,
    };
  }

  #pathItem(template: string, item: Block, path: DocumentPath): void {
    const { names, canonical } = templateOf(template, item, this.#source);
    for (const method of METHODS) {
      if (item[method] === undefined) continue;
      const at = [...path, method];
      const operation = item[method];
      if (!isBlock(operation)) throw this.#source.fault(at, "is no operation", "write an object");
      if (this.#endpoints.length >= MOST_ENDPOINTS) {
        throw this.#source.fault(at, `is one endpoint more than ${MOST_ENDPOINTS}`, "split the document");
      }
      const bases = this.#base !== null
        ? this.#bases
        : basesOf(operation, this.#source) ?? basesOf(item, this.#source) ?? this.#bases;
      const placed = this.#parameters(item, operation, path, at);
      this.#endpoints.push({
        method: method.toUpperCase(),
        paths: bases.map((base) => base + canonical),
        template,
        names,
        parameters: this.#compiled(placed, names),
        body: this.#source.dialect === "2.0"
          ? compileSwaggerBody(this.#nodes, placed, operation.consumes ?? this.#source.root.consumes)
          : compileBody(
            this.#source,
            this.#nodes,
            operation.requestBody === undefined
              ? null
              : this.#source.follow(operation.requestBody, [...at, "requestBody"]),
          ),
      });
    }
  }

  /** Those of the operation stand over the path's of the same name and place. */
  #parameters(item: Block, operation: Block, itemPath: DocumentPath, path: DocumentPath): Placed[] {
    const byKey = new Map<string, Placed>();
    for (const [list, at] of [[item.parameters, itemPath], [operation.parameters, path]] as const) {
      if (list === undefined) continue;
      if (!Array.isArray(list) || list.length > MOST_PARAMETERS) {
        throw this.#source.fault([...at, "parameters"], "is no list of parameters", "write a list");
      }
      for (const [i, each] of list.entries()) {
        const placed = this.#source.follow(each, [...at, "parameters", i]);
        if (placed === null) continue;
        if (!isBlock(placed.value)) {
          throw this.#source.fault(placed.path, "is no parameter", "write an object");
        }
        byKey.set(`${textOf(placed.value.in)} ${textOf(placed.value.name)}`, placed);
      }
    }
    return [...byKey.values()];
  }

  #compiled(placed: readonly Placed[], names: readonly string[]): ApiParameter[] {
    return placed.flatMap(({ value, path }) => {
      const parameter = compileParameter(this.#source, this.#nodes, value as Block, path);
      if (parameter === null) return [];
      if (parameter.place !== "path" || names.includes(parameter.name)) return [parameter];
      this.#source.note(`${path.join(".")}: the path has no variable ${parameter.name}`);
      return [];
    });
  }
}

/** `/users/{id}.{ext}` → `/users/{0}.{1}` with the names; `{+path}` and `x-multi-segment` take the rest. */
function templateOf(
  template: string,
  item: Block,
  source: Source,
): { readonly names: readonly string[]; readonly canonical: string } {
  const names: string[] = [];
  const path = template.split(/[?#]/)[0]!;
  if (path !== template) source.note(`${template}: the query in a path is not looked at`);
  const many = JSON.stringify(item).includes('"x-multi-segment":true');
  const marked = path.replace(/\{([^{}]+)\}/g, (_, name: string, at: number) => {
    const isRest = at + name.length + 2 === path.length && (/^\+|\*$/.test(name) || many);
    names.push(name.replace(/^\+|\*$/g, ""));
    return `{${names.length - 1}${isRest ? "*" : ""}}`;
  });
  return { names, canonical: canonicalPath(marked).path };
}
