import { canonicalPath } from "../../lib/canonical_path.ts";
import { type Block, isBlock, type Source, textOf } from "./source.ts";

/** The base paths that `servers` (or `basePath` of Swagger 2) name, without `/` at the end; null: nothing is said. */
export function basesOf(block: Block, source: Source): readonly string[] | null {
  if (source.dialect === "2.0") {
    const { basePath } = block;
    return basePath === undefined ? null : [baseOf(textOf(basePath))];
  }
  const { servers } = block;
  if (!Array.isArray(servers) || servers.length === 0) return null;
  return [...new Set(servers.map((server) => baseOf(isBlock(server) ? urlOf(server) : "")))];
}

/** Variables as their defaults. */
function urlOf(server: Block): string {
  const variables = isBlock(server.variables) ? server.variables : {};
  return textOf(server.url).replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const variable = variables[name];
    return isBlock(variable) ? textOf(variable.default) : "x";
  });
}

/** The path of `https://api.example.com/v1/`, of `/v1` or of `v1`. */
export function baseOf(url: string): string {
  const path = URL.parse(url, "http://host/")?.pathname ?? "/";
  const canonical = canonicalPath(path).path;
  return canonical.endsWith("/") ? canonical.slice(0, -1) : canonical;
}
