import { Buffer } from "node:buffer";
import type { ValueKind } from "../targets/kinds.ts";
import { readJson } from "./json.ts";
import type { ValueSink } from "./sink.ts";

/** A list of pieces longer than this is a batch of records rather than a document. */
const MAX_PIECES = 2_000;

/**
 * Texts of the lists of objects in a JSON body, each joined from its pieces, by the path of the list: the cells of a
 * notebook (`content.cells[]`), the blocks of an editor, the lines of a patch.
 */
export function listedTexts(bytes: Uint8Array): Map<string, string> {
  const pieces = new Map<string, string[]>();
  const sink: ValueSink = {
    value(kind: ValueKind, name: string, value: string): void {
      const list = kind === "json" ? listOf(name) : null;
      if (list === null) return;
      const found = pieces.get(list);
      if (found === undefined) pieces.set(list, [value]);
      else if (found.length < MAX_PIECES) found.push(value);
    },
    undecoded: () => undefined,
    anomaly: () => undefined,
  };
  readJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf-8"), sink, true);
  return new Map([...pieces].map(([list, texts]) => [list, texts.join("\n")]));
}

/** The outermost list whose objects hold the value called `name`; null: it stands in none. */
export function listOf(name: string): string | null {
  const at = name.indexOf("[].");
  return at < 0 ? null : name.slice(0, at + 2);
}
