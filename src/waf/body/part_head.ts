import { Buffer } from "node:buffer";
import { bytesToText } from "./byte_text.ts";
import { parseContentType } from "./content_type.ts";
import { encodedWords, extendedValue } from "./part_words.ts";
import type { ValueSink } from "./sink.ts";

/** What the header block of a multipart part says. */
export interface PartHead {
  readonly name: string;
  readonly isFile: boolean;
  /** [SECURITY] It is a file that other readers take for a field: a repeated header, an odd disposition. */
  readonly isFieldToo: boolean;
  /** It says nothing of its type: formidable takes it for a field then, and some clients (requests) send files so. */
  readonly isUntyped: boolean;
  readonly charset: string | null;
  /** How its content is written (RFC 2045, 6), lower case; null: as it is. */
  readonly encoding: "quoted-printable" | "base64" | null;
}

const KNOWN = new Set(["content-disposition", "content-type", "content-transfer-encoding", "content-length"]);
const PARAMETER = /;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g;

/**
 * A file as browsers and libraries write one. [SECURITY] Readers differ on all else: `\` before a quote (PHP), names in
 * capitals (formidable, Deno), control characters and no-break spaces between parameters, a parameter twice,
 * `filename*` alone.
 */
const PLAIN_FILE = new RegExp(
  `^form-data(?:${parameter("name")})?${parameter("filename")}(?:${parameter("name")})?` +
    `(?: ?; ?filename\\*=[\\w'%.!~()-]+)? ?;?$`,
);

function parameter(name: string): string {
  return ` ?; ?${name}=(?:"[^"\\\\\\x00-\\x1f]+"|[\\w.-]+)`;
}

/** Reads the header block of a part, hands out its fields, name and file names, and reports what is odd. */
export function readPart(block: Buffer, sink: ValueSink): PartHead {
  const fields = new Map<string, string>();
  let isRepeated = false;
  for (const line of bytesToText(block.toString("latin1")).split(/\r?\n/)) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    if (colon <= 0 || /^[ \t]/.test(line) || /\s$/.test(line.slice(0, colon))) {
      sink.anomaly("multipart-malformed");
    }
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (fields.has(name)) {
      isRepeated = true;
      sink.anomaly("multipart-repeated-header");
    } else fields.set(name, value);
    if (!KNOWN.has(name)) sink.anomaly("multipart-unknown-header");
    sink.value("multipart-header", name, value);
  }
  const charset = charsetOf(fields.get("content-type"), sink);
  const written = fields.get("content-transfer-encoding")?.toLowerCase() ?? "binary";
  const encoding = /^"?(base64|quoted-printable)\b/.exec(written)?.[1] as PartHead["encoding"] ?? null;
  if (!["7bit", "8bit", "binary"].includes(written)) sink.anomaly("multipart-encoding");
  const disposition = readDisposition(fields.get("content-disposition"), sink);
  return {
    name: disposition.name,
    isFile: disposition.isFile,
    isFieldToo: disposition.isFile && (isRepeated || !disposition.isPlain),
    isUntyped: !fields.has("content-type"),
    charset,
    encoding,
  };
}

function charsetOf(contentType: string | undefined, sink: ValueSink): string | null {
  if (contentType === undefined) return null;
  const parsed = parseContentType(contentType);
  if (parsed.malformed || parsed.repeated) {
    sink.anomaly("multipart-malformed");
    // Whoever stores a file's type stores what the client wrote.
    sink.value("arg", "content-type", contentType);
  }
  const charset = parsed.parameters.get("charset")?.toLowerCase() ?? null;
  if (charset !== null && charset !== "utf-8" && charset !== "us-ascii") sink.anomaly("multipart-charset");
  return charset;
}

interface Disposition {
  readonly name: string;
  readonly isFile: boolean;
  readonly isPlain: boolean;
}

function readDisposition(value: string | undefined, sink: ValueSink): Disposition {
  if (value === undefined || !/^form-data\s*(?:;|$)/i.test(value)) sink.anomaly("multipart-malformed");
  const names = new Set<string>();
  let name = "";
  let isFile = false;
  /** `filename*0` and what continues it (RFC 2231, 3). */
  let continued = "";
  for (const found of (value ?? "").matchAll(PARAMETER)) {
    const parameter = found[1]!.toLowerCase();
    const content = (found[2] ?? found[3] ?? "").replace(/\\(["\\])/g, "$1");
    if (names.has(parameter)) sink.anomaly("multipart-repeated-header");
    names.add(parameter);
    const read = parameter.endsWith("*") ? extendedValue(content, sink) : encodedWords(content, sink);
    if (parameter === "name" || parameter === "name*") {
      if (name === "") name = read;
      sink.value("multipart-name", read, read);
    } else if (parameter === "filename" || parameter === "filename*") {
      // [SECURITY] Many a reader takes a part with an empty file name for a field (Go's multipart among them).
      if (content !== "") isFile = true;
      readFileName(name, read, sink);
    } else if (/^(?:file)?name\*\d/.test(parameter)) continued += read;
  }
  if (continued !== "") readFileName(name, continued, sink);
  return { name, isFile, isPlain: PLAIN_FILE.test(value ?? "") };
}

/** What file names are made of that need no second look. */
const BLAND_NAME = /^[\p{L}\p{M}\p{N} ._()+,@~-]*$/u;

/** [SECURITY] Rules on file names ask what they do to a disk; applications write them into databases and pages as well. */
function readFileName(name: string, fileName: string, sink: ValueSink): void {
  sink.value("multipart-filename", name, fileName);
  if (!BLAND_NAME.test(fileName)) sink.value("arg", "filename", fileName);
}
