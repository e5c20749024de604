import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { HeaderList } from "../../src/core/header_list.ts";
import { canonicalPath } from "../../src/lib/canonical_path.ts";
import type { WafRequest } from "../../src/waf/request.ts";

/** One line of a corpus file. */
export interface CorpusLine {
  readonly id: string;
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string;
  readonly body_b64?: string;
  readonly label: "attack" | "benign";
  readonly category: string;
  readonly hint?: string;
}

/** A corpus request in the form in which the pipeline hands it to the engine. */
export interface CorpusRequest {
  readonly line: CorpusLine;
  readonly request: WafRequest;
  readonly body: Uint8Array | null;
  /** Stage 06 would refuse it before the engine sees it. */
  readonly escapes: boolean;
}

/** Reads a file of gzip JSON lines. */
export function readCorpus(file: string): CorpusRequest[] {
  const text = gunzipSync(Deno.readFileSync(file)).toString("utf-8");
  return text.split("\n").filter((each) => each !== "").map((each) =>
    corpusRequest(JSON.parse(each) as CorpusLine)
  );
}

function corpusRequest(line: CorpusLine): CorpusRequest {
  const target = byteString(line.path);
  const hash = target.indexOf("#");
  const bare = hash < 0 ? target : target.slice(0, hash);
  const mark = bare.indexOf("?");
  const rawPath = mark < 0 ? bare : bare.slice(0, mark);
  const canonical = canonicalPath(rawPath);
  const body = bodyOf(line);
  const headers = new HeaderList();
  for (const [name, value] of line.headers) headers.append(name.toLowerCase(), byteString(value).trim());
  if (body !== null && !headers.has("content-length")) headers.append("content-length", String(body.length));
  return {
    line,
    body,
    escapes: canonical.escapes,
    request: {
      method: line.method,
      rawPath,
      path: canonical.path,
      rawQuery: mark < 0 ? null : bare.slice(mark + 1),
      headers,
      clientAddress: "192.0.2.1",
      protocol: "HTTP/1.1",
    },
  };
}

/** Corpora hold text; the wire holds its UTF-8 bytes, one char a byte. */
function byteString(text: string): string {
  return Buffer.from(text, "utf-8").toString("latin1");
}

function bodyOf(line: CorpusLine): Uint8Array | null {
  if (line.body_b64 !== undefined && line.body_b64 !== null) return Buffer.from(line.body_b64, "base64");
  if (line.body !== undefined && line.body !== null && line.body !== "") {
    return Buffer.from(line.body, "utf-8");
  }
  return null;
}
