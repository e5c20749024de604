import { createHash } from "node:crypto";
import type { Stream } from "../core/stream.ts";
import { fieldErrors, type PlacedError } from "./schema_errors.ts";
import { streamFaults, type StreamFields, StreamInput } from "./stream_schema.ts";
import { portConflict } from "./stream_ports.ts";

/** The streams of `streams:`, where each stands (`at`), and every fault among them. */
export function readStreams(
  raw: readonly unknown[],
  now: number,
): { streams: Stream[]; at: number[]; errors: PlacedError[] } {
  const streams: Stream[] = [];
  const places: number[] = [];
  const errors: PlacedError[] = [];
  for (const [index, block] of raw.entries()) {
    const at = (field: readonly PropertyKey[], message: string, remedy: string, atKey = false) => {
      const path = ["streams", index, ...field];
      errors.push({ path, atKey, field: path.join("."), message, remedy });
    };
    const read = StreamInput.safeParse(withTextPort(block));
    if (!read.success) {
      for (const error of fieldErrors(StreamInput, read.error)) {
        const path = ["streams", index, ...error.path];
        errors.push({ ...error, path, field: path.join(".") });
      }
      continue;
    }
    for (const { field, message, remedy } of streamFaults(read.data)) at([field], message, remedy);
    const stream = fileStream(read.data, now);
    const twin = streams.find(({ name }) => name === stream.name);
    if (twin !== undefined) at(["name"], `"${stream.name}" is named twice`, "name each stream once");
    const conflict = portConflict(stream, streams);
    if (conflict !== null) at([conflict.field], conflict.message, conflict.remedy);
    streams.push(stream);
    places.push(index);
  }
  return { streams, at: places, errors };
}

/** YAML reads `listen: 5432` as a number. */
function withTextPort(block: unknown): unknown {
  if (typeof block !== "object" || block === null || !("listen" in block)) return block;
  return typeof block.listen === "number" ? { ...block, listen: String(block.listen) } : block;
}

/** Its id comes of its name, so that its counters and its log outlive a change elsewhere in the file. */
function fileStream(fields: StreamFields, now: number): Stream {
  const id = `file-${createHash("sha256").update(`stream ${fields.name}`).digest("hex").slice(0, 16)}`;
  return { ...fields, id, origin: "file", created_at: now, updated_at: now, version: 1 };
}
