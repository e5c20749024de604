import type { Buffer } from "node:buffer";
import { isSplitting, SPACE, TOKEN_LOWER } from "./characters.ts";
import { hex, malformed, type ParseFailure, smuggling } from "./fields.ts";

export interface RequestLine {
  readonly method: string;
  /** The request-target as sent, a byte string. */
  readonly target: string;
  readonly minorVersion: 0 | 1;
}

const COMMON_METHODS = ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT"];
/** The longest registered method (UPDATEREDIRECTREF) has 17. */
const MAX_METHOD_BYTES = 32;

/**
 * `bytes[start, end)` without its CRLF as `method SP request-target SP HTTP-version` (RFC 9112, 3).
 *
 * [SECURITY] One SP between the parts and nothing else: parsers that split at "white space" disagree about the target
 * (RFC 9112, 3, last paragraph).
 */
export function parseRequestLine(bytes: Buffer, start: number, end: number): RequestLine | ParseFailure {
  let at = start;
  while (at < end && TOKEN_LOWER[bytes[at]!] !== 0) at++;
  const methodEnd = at;
  if (at === end || bytes[at] !== SPACE || at === start) return badByte(bytes, at, end, "method");
  if (methodEnd - start > MAX_METHOD_BYTES) return malformed("method is too long");
  const targetStart = ++at;
  // Printable ASCII and bytes over 0x7f: the latter are not allowed by RFC 3986, but applications receive them.
  while (at < end && bytes[at]! > SPACE && bytes[at] !== 0x7f) at++;
  const targetEnd = at;
  if (at === end || bytes[at] !== SPACE || at === targetStart) {
    return badByte(bytes, at, end, "request target");
  }
  at++;
  const minorVersion = parseVersion(bytes, at, end);
  if (minorVersion === null) {
    for (let i = at; i < end; i++) {
      if (isSplitting(bytes[i]!)) return smuggling(`byte ${hex(bytes[i]!)} in the request line`);
    }
    return malformed("protocol version is neither HTTP/1.1 nor HTTP/1.0");
  }
  return {
    method: methodText(bytes, start, methodEnd),
    target: bytes.toString("latin1", targetStart, targetEnd),
    minorVersion,
  };
}

function badByte(bytes: Buffer, at: number, end: number, part: string): ParseFailure {
  if (at >= end) return malformed(`request line ends within the ${part}`);
  const byte = bytes[at]!;
  if (isSplitting(byte)) return smuggling(`byte ${hex(byte)} in the request line`);
  if (byte === SPACE) return malformed(`empty ${part} in the request line`);
  return malformed(`byte ${hex(byte)} in the ${part}`);
}

const HTTP_1 = "HTTP/1.";

/** Case-sensitive, one digit each side (RFC 9112, 2.3). */
function parseVersion(bytes: Buffer, start: number, end: number): 0 | 1 | null {
  if (end - start !== 8) return null;
  for (let i = 0; i < 7; i++) if (bytes[start + i] !== HTTP_1.charCodeAt(i)) return null;
  const minor = bytes[start + 7];
  return minor === 0x31 ? 1 : minor === 0x30 ? 0 : null;
}

function methodText(bytes: Buffer, start: number, end: number): string {
  for (const method of COMMON_METHODS) {
    if (method.length !== end - start) continue;
    let i = 0;
    while (i < method.length && method.charCodeAt(i) === bytes[start + i]) i++;
    if (i === method.length) return method;
  }
  return bytes.toString("latin1", start, end);
}
