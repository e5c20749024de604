import { basePathOf } from "../../lib/base_path.ts";
import { type Block, isBlock, type Source, textOf } from "./source.ts";

/** The base paths that `servers` (or `basePath` of Swagger 2) name, without `/` at the end; null: nothing is said. */
export function basesOf(block: Block, source: Source): readonly string[] | null {
  if (source.dialect === "2.0") {
    const { basePath } = block;
    return basePath === undefined ? null : [basePathOf(textOf(basePath))];
  }
  const { servers } = block;
  if (!Array.isArray(servers) || servers.length === 0) return null;
  return [...new Set(servers.map((server) => basePathOf(isBlock(server) ? urlOf(server) : "")))];
}

/** Variables as their defaults. */
function urlOf(server: Block): string {
  const variables = isBlock(server.variables) ? server.variables : {};
  return textOf(server.url).replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const variable = variables[name];
    return isBlock(variable) ? textOf(variable.default) : "x";
  });
}
