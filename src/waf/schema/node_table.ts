import type { Json, SchemaNode } from "../../core/api_schema.ts";

/** The nodes of one document, with what is made of them when it is first needed. */
export class NodeTable {
  readonly nodes: readonly SchemaNode[];
  readonly #patterns = new Map<string, RegExp>();
  readonly #enums = new Map<number, ReadonlySet<string>>();

  constructor(nodes: readonly SchemaNode[]) {
    this.nodes = nodes;
  }

  /**
   * Bounded by the document: only patterns that stand in it are asked for. [SECURITY] V8's linear engine (flag `l`),
   * which control has tried it with: no value makes it backtrack (CWE-1333).
   */
  regex(pattern: string): RegExp {
    let regex = this.#patterns.get(pattern);
    if (regex === undefined) this.#patterns.set(pattern, regex = new RegExp(pattern, "l"));
    return regex;
  }

  /** Canonical texts of an enum's values. */
  enumOf(index: number, values: readonly Json[]): ReadonlySet<string> {
    let texts = this.#enums.get(index);
    if (texts === undefined) this.#enums.set(index, texts = new Set(values.map(canonicalText)));
    return texts;
  }
}

/** The same text for equal values (JSON Schema 2020-12, 4.2.2), whatever the order of their keys. */
export function canonicalText(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalText(each)}`).join(",")}}`;
}
