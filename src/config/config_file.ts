import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { FieldError } from "../core/errors.ts";

import type { PlacedError } from "./schema_errors.ts";

/** A YAML or JSON file as data, and the way back from a path inside it to its line. */
export interface ConfigFile {
  readonly path: string;
  readonly content: unknown;
  /** The error with file and line. */
  place(error: PlacedError): PlacedError;
}

/** What the file says, or every fault of its syntax. JSON is read as the YAML that it is (YAML 1.2 §1.3). */
export function parseConfigFile(path: string, text: string): ConfigFile | { errors: FieldError[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    strict: true,
  });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return {
      errors: faults.map((fault) => ({
        field: "",
        file: path,
        line: lines.linePos(fault.pos[0]).line,
        message: fault.message,
        remedy: "correct the YAML; indent with spaces",
      })),
    };
  }
  let content: unknown;
  try {
    // [SECURITY] A few aliases of aliases can stand for gigabytes ("billion laughs", CWE-776).
    content = document.toJS({ maxAliasCount: 100 });
  } catch (thrown) {
    if (!(thrown instanceof ReferenceError)) throw thrown;
    return {
      errors: [{ field: "", file: path, line: 1, message: thrown.message, remedy: "write the blocks out" }],
    };
  }
  const root = document.contents;
  if (root !== null && !isMap(root) && !(isScalar(root) && root.value === null)) {
    const wrong = { field: "", file: path, line: 1, message: "the file is not a block of keys" };
    return { errors: [{ ...wrong, remedy: "write one key a line, such as: proxy_listen: 127.0.0.1:8080" }] };
  }
  return {
    path,
    content: content ?? {},
    place: (error) => ({ ...error, file: path, line: lineOf(root, error, lines) }),
  };
}

/** The line of the innermost node on the path that exists: a missing key is shown where it should stand. */
function lineOf(root: unknown, error: PlacedError, lines: LineCounter): number {
  let at = root;
  let offset = isNode(root) ? root.range?.[0] ?? 0 : 0;
  for (const [depth, step] of error.path.entries()) {
    const last = depth === error.path.length - 1;
    if (isMap(at)) {
      const pair = at.items.find((item) =>
        isPair(item) && isScalar(item.key) && String(item.key.value) === String(step)
      );
      if (pair === undefined) break;
      const key = isNode(pair.key) ? pair.key.range?.[0] : undefined;
      const value = isNode(pair.value) ? pair.value.range?.[0] : undefined;
      const block = isMap(pair.value) || isSeq(pair.value);
      offset = (last && (error.atKey || block) ? key : value ?? key) ?? offset;
      at = pair.value;
    } else if (isSeq(at)) {
      const item = at.items[Number(step)];
      if (!isNode(item)) break;
      offset = item.range?.[0] ?? offset;
      at = item;
    } else break;
  }
  return lines.linePos(offset).line;
}
