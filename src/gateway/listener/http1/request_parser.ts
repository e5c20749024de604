import type { Buffer } from "node:buffer";
import type { RequestHead } from "../../../core/exchange.ts";
import type { LastingRefusal } from "../../../core/lasting_refusal.ts";
import { HeaderList } from "../../../core/header_list.ts";
import { CR } from "./characters.ts";
import { malformed, type ParseFailure, parseFields, smuggling } from "./fields.ts";
import { plainNumber } from "./plain_number.ts";
import { parseRequestLine, type RequestLine } from "./request_line.ts";
import { resolveTarget } from "./request_target.ts";

/** A request that may become an exchange: its head, and what the connection has to know to read and answer it. */
export interface ParsedRequest {
  readonly head: RequestHead;
  readonly fields: ParsedFields;
  readonly minorVersion: 0 | 1;
  /** Bytes of body that follow; null: chunked. */
  readonly bodyLength: number | null;
  /** The client wants the connection to go on after the answer. */
  readonly keepAlive: boolean;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
  /** What refused the request when it came last, and refuses it again; null: nothing does. */
  lasting: LastingRefusal | null;
}

/** A failure with what was readable before it, for the log. */
export interface RefusedRequest extends ParseFailure {
  readonly method: string;
  readonly target: string;
  readonly host: string;
}

/** A field section that was accepted, with what it says of framing. Nobody changes it. */
export interface ParsedFields {
  readonly headers: HeaderList;
  readonly control: Readonly<ControlFields>;
  readonly minorVersion: 0 | 1;
}

/**
 * A complete head, `bytes[start, end)` up to and with the empty line, by RFC 9112 and the table "HTTP validation" of
 * the specification. The scanner has made sure that every LF follows a CR.
 */
export function parseRequest(
  bytes: Buffer,
  start: number,
  end: number,
  maxFields: number,
  scheme: "http" | "https",
): ParsedRequest | RefusedRequest {
  let lineEnd = start;
  while (bytes[lineEnd] !== CR && lineEnd < end) lineEnd++;
  // A CR that no LF follows ends the line for some parsers and not for others.
  if (bytes[lineEnd + 1] !== 0x0a) return refused(smuggling("CR without LF in the request line"), null, null);
  const line = parseRequestLine(bytes, start, lineEnd);
  if ("reason" in line) return refused(line, null, null);
  const headers = new HeaderList();
  const failure = parseFields(bytes, lineEnd + 2, end - 2, maxFields, headers);
  if (failure !== null) return refused(failure, line, headers);
  const control = new ControlFields();
  const problem = control.read(headers, line.minorVersion);
  if (problem !== null) return refused(problem, line, headers);
  return parsed(line, { headers, control, minorVersion: line.minorVersion }, scheme);
}

/**
 * A head whose field section is known, byte for byte: `bytes[start, lineEnd)` is the request line without its CRLF. Null where
 * that is not as it should be, or changes what the fields mean: then `parseRequest` has to look at all of it.
 */
export function parseRequestWith(
  fields: ParsedFields,
  bytes: Buffer,
  start: number,
  lineEnd: number,
  scheme: "http" | "https",
): ParsedRequest | null {
  const line = parseRequestLine(bytes, start, lineEnd);
  if ("reason" in line || line.minorVersion !== fields.minorVersion) return null;
  const request = parsed(line, fields, scheme);
  return "reason" in request ? null : request;
}

function parsed(
  line: RequestLine,
  fields: ParsedFields,
  scheme: "http" | "https",
): ParsedRequest | RefusedRequest {
  const { headers, control } = fields;
  const destination = resolveTarget(line.method, line.target, control.host, scheme);
  if ("reason" in destination) return refused(destination, line, headers);
  return {
    fields,
    head: {
      method: line.method,
      scheme,
      authority: destination.authority,
      rawPath: destination.rawPath,
      rawQuery: destination.rawQuery,
      headers,
      upgrade: control.upgradeAsked && control.bodyLength === 0 ? control.upgrade : null,
    },
    minorVersion: line.minorVersion,
    bodyLength: control.bodyLength,
    keepAlive: control.keepAlive,
    expectsContinue: control.expectsContinue,
    lasting: null,
  };
}

/** The fields that decide framing and the connection's life, gathered in one pass over the list. */
class ControlFields {
  host = "";
  bodyLength: number | null = 0;
  keepAlive = true;
  expectsContinue = false;
  /** Connection names it; without that, Upgrade is not meant for us (RFC 9110, 7.8). */
  upgradeAsked = false;
  upgrade: string | null = null;

  read(headers: HeaderList, minorVersion: 0 | 1): ParseFailure | null {
    const { names, values } = headers;
    let hosts = 0;
    let lengths = 0;
    let codings = 0;
    let length = "";
    let coding = "";
    let close = false;
    let keepAlive = false;
    for (let i = 0; i < names.length; i++) {
      switch (names[i]) {
        case "host":
          hosts++;
          this.host = values[i]!;
          break;
        case "content-length":
          lengths++;
          length = values[i]!;
          break;
        case "transfer-encoding":
          codings++;
          coding = values[i]!;
          break;
        case "connection": {
          const value = values[i]!.toLowerCase();
          if (hasOption(value, "close")) close = true;
          if (hasOption(value, "keep-alive")) keepAlive = true;
          if (hasOption(value, "upgrade")) this.upgradeAsked = minorVersion === 1;
          if (value !== "keep-alive" && value !== "close" && namesEndToEnd(value)) {
            return smuggling("Connection names a field that is meant for the application");
          }
          break;
        }
        case "upgrade":
          this.upgrade = upgradeProtocol(values[i]!);
          break;
        case "expect":
          // RFC 9110, 10.1.1 defines one expectation; any other would be a 417.
          if (values[i]!.toLowerCase() !== "100-continue") return malformed("unknown expectation in Expect");
          this.expectsContinue = minorVersion === 1;
      }
    }
    if (hosts !== 1) return malformed(hosts === 0 ? "no Host" : "more than one Host");
    this.keepAlive = !close && (minorVersion === 1 || keepAlive);
    return this.#frame(codings, coding, lengths, length, minorVersion);
  }

  /** RFC 9112, 6.1 to 6.3. [SECURITY] Whatever two parsers could frame differently is refused (CWE-444). */
  #frame(
    codings: number,
    coding: string,
    lengths: number,
    length: string,
    minor: 0 | 1,
  ): ParseFailure | null {
    if (codings > 0) {
      if (lengths > 0) return smuggling("both Content-Length and Transfer-Encoding");
      if (minor === 0) return smuggling("Transfer-Encoding in HTTP/1.0");
      // Only this spelling: `Chunked`, `gzip, chunked`, `chunked, identity`, `\vchunked` have split requests elsewhere.
      if (codings > 1 || coding !== "chunked") return smuggling("Transfer-Encoding is not exactly `chunked`");
      this.bodyLength = null;
      return null;
    }
    if (lengths === 0) return null;
    if (lengths > 1) return smuggling("more than one Content-Length");
    // No sign, blank, list, hex or underscore; 15 digits are below 2^53, so that no length is ever rounded.
    const bytes = plainNumber(length);
    if (bytes < 0) return smuggling("Content-Length is not a plain number");
    this.bodyLength = bytes;
    return null;
  }
}

/** True where the comma list `value` (lower case) has `option`. */
function hasOption(value: string, option: string): boolean {
  if (value === option) return true;
  if (!value.includes(",") || !value.includes(option)) return false;
  return value.split(",").some((each) => each.trim() === option);
}

/** Fields that say what a request is and from whom; no sender may declare them hop-by-hop (RFC 9110, 7.6.1). */
const END_TO_END: ReadonlySet<string> = new Set([
  "authorization",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "host",
  "origin",
  "referer",
  "transfer-encoding",
  "x-csrf-token",
]);

/**
 * [SECURITY] What Connection names is removed on the way: a body would be judged as one type and read as another, a
 * session or an origin taken away after it was looked at (CVE-2022-1388).
 */
function namesEndToEnd(options: string): boolean {
  return options.split(",").some((each) => END_TO_END.has(each.trim()));
}

/**
 * The first protocol of an Upgrade field, lower case. h2c is never taken up: RFC 9113, 3.1 has withdrawn it, and it
 * has been used to smuggle requests past proxies.
 */
function upgradeProtocol(value: string): string | null {
  const first = value.split(",", 1)[0]!.trim().toLowerCase();
  return first === "" || first === "h2c" ? null : first;
}

function refused(
  failure: ParseFailure,
  line: RequestLine | null,
  headers: HeaderList | null,
): RefusedRequest {
  return {
    reason: failure.reason,
    detail: failure.detail,
    method: line?.method ?? "",
    target: line?.target ?? "",
    host: headers?.get("host") ?? "",
  };
}
