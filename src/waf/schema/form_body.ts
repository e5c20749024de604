import { Buffer } from "node:buffer";
import type { ApiMedia, SchemaNode } from "../../core/api_schema.ts";
import { MultipartReader } from "../body/multipart.ts";
import type { ValueSink } from "../body/sink.ts";
import { decodeForm } from "../body/urlencoded.ts";
import { nestedFields } from "./nested_fields.ts";
import { MOST_PAIRS, queryPairs } from "./raw_parameters.ts";

/** A form as a value whose scalars are texts; null where it has more fields than anybody needs. */
export function readForm(
  bytes: Uint8Array,
  media: ApiMedia,
  nodes: readonly SchemaNode[],
): Record<string, unknown> | null {
  const pairs = queryPairs(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"));
  if (pairs === null) return null;
  const fields = [...pairs].map(([name, texts]) => {
    const separator = Object.hasOwn(media.separators, name) ? media.separators[name]! : null;
    const parts = separator === null ? texts : texts.flatMap((text) => text.split(separator));
    return [name, parts.map(decodeForm)] as const;
  });
  return nestedFields(fields, fieldTest(media.node, nodes));
}

/**
 * The fields of a multipart form as it streams by; files are empty texts, a field that came in pieces is its first. What
 * is kept of it is bounded by the number of parts, not by the length of the body.
 */
export class MultipartForm {
  readonly #sink = new PartSink();
  readonly #reader: MultipartReader;

  constructor(boundary: string) {
    this.#reader = new MultipartReader(boundary, this.#sink);
  }

  push(chunk: Uint8Array): void {
    if (!this.#sink.isBroken) this.#reader.push(chunk);
  }

  /** At the body's end: the form as a value whose scalars are texts; null where it is none that can be read. */
  end(media: ApiMedia, nodes: readonly SchemaNode[]): Record<string, unknown> | null {
    if (this.#sink.isBroken) return null;
    this.#reader.end();
    return this.#sink.isBroken ? null : nestedFields(this.#sink.fields, fieldTest(media.node, nodes));
  }
}

/** [SECURITY] Of a part that readers read in different ways the application may read the other one. */
const BREAKING: ReadonlySet<Parameters<ValueSink["anomaly"]>[0]> = new Set([
  "multipart-malformed",
  "multipart-repeated-header",
  "multipart-encoding",
  "multipart-charset",
  "too-many-values",
]);

class PartSink implements ValueSink {
  readonly fields = new Map<string, unknown[]>();
  isBroken = false;
  #parts = 0;
  /** Values of the part's name so far; the last one is its own. */
  #values: unknown[] = [];
  #isRead = false;

  value(kind: Parameters<ValueSink["value"]>[0], name: string, value: string): void {
    if (kind === "multipart-name") return this.#begin(value);
    // What follows of a long part comes in further pieces.
    if (kind !== "arg" || name === "" || this.#isRead || this.isBroken) return;
    this.#values[this.#values.length - 1] = value;
    this.#isRead = true;
  }

  #begin(name: string): void {
    if (++this.#parts > MOST_PAIRS) this.isBroken = true;
    let values = this.fields.get(name);
    if (values === undefined) this.fields.set(name, values = []);
    // Of an empty part nothing else is said.
    values.push("");
    this.#values = values;
    this.#isRead = false;
  }

  undecoded(): void {}

  anomaly(name: Parameters<ValueSink["anomaly"]>[0]): void {
    if (BREAKING.has(name)) this.isBroken = true;
  }
}

/** Names that the node's own parts have, so that `tags[]` may be a field as it stands. */
function fieldTest(node: number, nodes: readonly SchemaNode[]): (name: string) => boolean {
  return (name) => name.includes("[") && hasField(node, nodes, name, 0);
}

const MOST_PARTS_DEEP = 8;

function hasField(index: number, nodes: readonly SchemaNode[], name: string, depth: number): boolean {
  const node = nodes[index];
  if (node === undefined || depth > MOST_PARTS_DEEP) return false;
  if (node.properties !== undefined && Object.hasOwn(node.properties, name)) return true;
  return [...node.allOf ?? [], ...node.anyOf ?? [], ...node.oneOf ?? []]
    .some((part) => hasField(part, nodes, name, depth + 1));
}
