import { Buffer } from "node:buffer";
import { bytesToText } from "./byte_text.ts";
import { parseContentType } from "./content_type.ts";
import { decodeForm } from "./urlencoded.ts";
import type { ValueSink } from "./sink.ts";

/** What the header block of a multipart part says. */
export interface PartHead {
  readonly name: string;
  readonly isFile: boolean;
  /** [SECURITY] It is a file that other readers take for a field: by its `filename*` alone, or by a repeated header. */
  readonly isFieldToo: boolean;
  readonly charset: string | null;
  /** Its content is written as quoted-printable (RFC 2045, 6.7). */
  readonly quotedPrintable: boolean;
}

const KNOWN = new Set(["content-disposition", "content-type", "content-transfer-encoding", "content-length"]);
const PARAMETER = /;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g;

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
  const transferEncoding = fields.get("content-transfer-encoding")?.toLowerCase() ?? "binary";
  if (!["7bit", "8bit", "binary"].includes(transferEncoding)) sink.anomaly("multipart-encoding");
  const disposition = readDisposition(fields.get("content-disposition"), sink);
  return {
    name: disposition.name,
    isFile: disposition.isFile,
    isFieldToo: disposition.isFile && (isRepeated || !disposition.hasPlainFileName),
    charset,
    quotedPrintable: transferEncoding === "quoted-printable",
  };
}

function charsetOf(contentType: string | undefined, sink: ValueSink): string | null {
  if (contentType === undefined) return null;
  const parsed = parseContentType(contentType);
  if (parsed.malformed || parsed.repeated) sink.anomaly("multipart-malformed");
  const charset = parsed.parameters.get("charset")?.toLowerCase() ?? null;
  if (charset !== null && charset !== "utf-8" && charset !== "us-ascii") sink.anomaly("multipart-charset");
  return charset;
}

function readDisposition(
  value: string | undefined,
  sink: ValueSink,
): { name: string; isFile: boolean; hasPlainFileName: boolean } {
  if (value === undefined || !/^form-data\s*(?:;|$)/i.test(value)) sink.anomaly("multipart-malformed");
  const names = new Set<string>();
  let name = "";
  let isFile = false;
  for (const found of (value ?? "").matchAll(PARAMETER)) {
    const parameter = found[1]!.toLowerCase();
    const content = (found[2] ?? found[3] ?? "").replace(/\\(["\\])/g, "$1");
    if (names.has(parameter)) sink.anomaly("multipart-repeated-header");
    names.add(parameter);
    if (parameter === "name" || parameter === "name*") {
      if (name === "") name = content;
      sink.value("multipart-name", content, content);
    } else if (parameter === "filename" || parameter === "filename*") {
      // [SECURITY] Many a reader takes a part with an empty file name for a field (Go's multipart among them).
      if (content !== "") isFile = true;
      const extended = parameter.endsWith("*") ? decodeForm(content.replace(/^[^']*'[^']*'/, "")) : content;
      sink.value("multipart-filename", name, extended);
    }
  }
  // RFC 7578, 4.2 forbids `filename*`: some read it, some see no file.
  return { name, isFile, hasPlainFileName: names.has("filename") };
}
