import { parse } from "yaml";
import { UsageError } from "./failure.ts";

/**
 * `--set waf.mode=enforce --set 'allowed_methods=[GET, POST]'` as one object. Values are read as YAML, so that numbers,
 * booleans and lists are what they look like. A text of several lines (a PEM block, a page) stays as it is:
 * YAML would fold its line breaks into blanks.
 */
export function readAssignments(texts: readonly string[]): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null);
  for (const text of texts) {
    const at = text.indexOf("=");
    const keys = text.slice(0, Math.max(0, at)).split(".");
    if (at < 1 || keys.some((key) => !/^[a-z][a-z0-9_-]*$/.test(key))) {
      throw new UsageError(`--set takes key=value such as waf.mode=enforce, not "${text}"`);
    }
    assign(result, keys, readValue(text.slice(at + 1), text));
  }
  return result;
}

function readValue(text: string, whole: string): unknown {
  // Begins as YAML's own forms of several lines do: a list, a map, a quoted or a block text.
  const marked = /^\s*[[{"'|>]/.test(text);
  const asWritten = !marked && /[\r\n]/.test(text.trim());
  try {
    const value: unknown = parse(text, { prettyErrors: false, maxAliasCount: 0 });
    return asWritten && typeof value === "string" ? text : value;
  } catch (cause) {
    if (asWritten) return text;
    throw new UsageError(`the value of --set "${whole}" cannot be read; put texts with : or # in quotes`, {
      cause,
    });
  }
}

function assign(into: Record<string, unknown>, keys: readonly string[], value: unknown): void {
  let block = into;
  for (const key of keys.slice(0, -1)) {
    const inner = block[key] ?? Object.create(null);
    if (typeof inner !== "object" || Array.isArray(inner)) {
      throw new UsageError(`--set names ${keys.join(".")} and also ${key} as a whole`);
    }
    block[key] = inner;
    block = inner as Record<string, unknown>;
  }
  block[keys.at(-1)!] = value;
}
