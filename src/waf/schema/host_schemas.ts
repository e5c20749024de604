import { type ApiEndpoint, type ApiSchema, endpointKey, type SchemaMode } from "../../core/api_schema.ts";
import { NodeTable } from "./node_table.ts";
import { type PathMatch, PathTree } from "./path_tree.ts";

/** A request that does not fit: what the client is told, and what becomes of it. */
export interface SchemaRefusal {
  readonly mode: Exclude<SchemaMode, "off">;
  readonly status: 400 | 404 | 405 | 415;
  /** Where and what, without any value of the request: `query limit: must be an integer`. */
  readonly text: string;
  /** Name of the schema and the endpoint, for the log. */
  readonly origin: string;
  /** Of 405: the methods that there are. */
  readonly allow: string | null;
}

/** A schema with its paths in one tree. */
export interface CompiledSchema {
  readonly schema: ApiSchema;
  readonly table: NodeTable;
  readonly paths: PathTree<ApiEndpoint>;
  readonly loosePaths: PathTree<ApiEndpoint>;
}

/** The endpoint that a request is for, and its variables as sent. */
export interface EndpointMatch {
  readonly compiled: CompiledSchema;
  readonly endpoint: ApiEndpoint;
  readonly mode: SchemaMode;
  readonly values: readonly string[];
}

/** The API schemas of one host, in their order. */
export class HostSchemas {
  readonly #schemas: readonly CompiledSchema[];

  constructor(schemas: readonly ApiSchema[]) {
    this.#schemas = schemas.filter(({ mode }) => mode !== "off").map((schema) => {
      const paths = new PathTree<ApiEndpoint>();
      const loosePaths = new PathTree<ApiEndpoint>("loose");
      for (const endpoint of schema.document.endpoints) {
        for (const path of endpoint.paths) {
          paths.add(path, endpoint);
          loosePaths.add(path, endpoint);
        }
      }
      return { schema, table: new NodeTable(schema.document.nodes), paths, loosePaths };
    });
  }

  /** The endpoint of the first schema that has the path, why there is none, or null where nobody asks. `path`: canonical. */
  find(method: string, path: string): EndpointMatch | SchemaRefusal | null {
    for (const compiled of this.#schemas) {
      const found = this.#findIn(compiled, compiled.paths, method, path);
      if (found !== null) return found;
    }
    const refusal = this.#undefined(path);
    if (refusal !== null) return refusal;
    // [SECURITY] `/users/`, `/Users` and `/users;x` reach the same code in many an application: they pass no unchecked.
    for (const compiled of this.#schemas) {
      const found = this.#findIn(compiled, compiled.loosePaths, method, path);
      if (found !== null) return found;
    }
    return null;
  }

  #findIn(
    compiled: CompiledSchema,
    paths: PathTree<ApiEndpoint>,
    method: string,
    path: string,
  ): EndpointMatch | SchemaRefusal | null {
    const methods = new Set<string>();
    let found: PathMatch<ApiEndpoint> | null = null;
    // HEAD is GET without the answer's body (RFC 9110, 9.3.2), whether or not a document says so.
    let instead: PathMatch<ApiEndpoint> | null = null;
    paths.find(path, (match) => {
      methods.add(match.entry.method);
      if (match.entry.method === method) found = match;
      else if (method === "HEAD" && match.entry.method === "GET") instead ??= match;
      return found !== null;
    });
    const match = (found ?? instead) as PathMatch<ApiEndpoint> | null;
    const { schema } = compiled;
    if (match !== null) {
      const { entry: endpoint, values } = match;
      return { compiled, endpoint, values, mode: modeOf(schema, endpoint) };
    }
    if (methods.size === 0 || schema.mode === "off") return null;
    if (methods.has("GET")) methods.add("HEAD");
    return {
      mode: schema.mode,
      status: 405,
      text: `method: ${method} is not possible here`,
      origin: schema.name,
      allow: [...methods].sort().join(", "),
    };
  }

  #undefined(path: string): SchemaRefusal | null {
    const closed = this.#schemas.find(({ schema }) =>
      schema.blockUndefined && schema.document.bases.some((base) => isBelow(path, base))
    );
    if (closed === undefined || closed.schema.mode === "off") return null;
    const { mode, name } = closed.schema;
    return { mode, status: 404, text: "path: there is no such endpoint", origin: name, allow: null };
  }
}

function modeOf(schema: ApiSchema, endpoint: ApiEndpoint): SchemaMode {
  const key = endpointKey(endpoint);
  return Object.hasOwn(schema.switches, key) ? schema.switches[key]! : schema.mode;
}

function isBelow(path: string, base: string): boolean {
  return base === "" || path === base || path.startsWith(`${base}/`);
}

export function isRefusal(found: EndpointMatch | SchemaRefusal): found is SchemaRefusal {
  return "status" in found;
}
