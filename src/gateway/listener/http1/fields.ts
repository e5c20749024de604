import type { Buffer } from "node:buffer";
import type { HeaderList } from "../../../core/header_list.ts";
import type { Reason } from "../../../core/reason.ts";
import { COLON, CR, FIELD_VALUE, isSplitting, LF, SPACE, TAB, TOKEN_LOWER } from "./characters.ts";
import { commonName, isCommonName, mixName } from "./field_names.ts";
import type { KnownLines } from "./known_lines.ts";

/** Why a part of an HTTP/1.1 message was not accepted. `detail` is the operator's text. */
export interface ParseFailure {
  readonly reason: Extract<Reason, "malformed" | "smuggling" | "uri_too_long" | "head_too_large">;
  readonly detail: string;
}

/**
 * Appends the field lines in `bytes[start, end)` to `into`. The section is what stands between the start line and the
 * empty line: every line ends in CRLF, the empty line is not part of it (RFC 9112, 5).
 *
 * Serves requests, responses and trailers. Returns null, or why the section was not accepted; `into` is then half
 * filled and must be thrown away. `known`: the sender's former lines, of which those that come again are not read again.
 *
 * [SECURITY] Everything that one parser reads differently from another is refused, never repaired: obs-fold, white
 * space around the name, bare CR and LF, NUL (RFC 9112, 2.2, 5.1 and 5.2; request smuggling, CWE-444).
 */
export function parseFields(
  bytes: Buffer,
  start: number,
  end: number,
  maxFields: number,
  into: HeaderList,
  known: KnownLines | null = null,
): ParseFailure | null {
  /** From the first line on that is not known. */
  let text = "";
  let textStart = -1;
  let at = start;
  for (let n = 0; at < end; n++) {
    if (into.length >= maxFields) {
      return { reason: "head_too_large", detail: `more than ${maxFields} header fields` };
    }
    const line = known === null ? null : known.match(n, bytes, at, end);
    if (line !== null) {
      into.appendSafe(line.name, line.value, line.text);
      at += known!.lengthOf(n);
      continue;
    }
    const nameStart = at;
    let hash = 0;
    let lower = 0;
    while (at < end && (lower = TOKEN_LOWER[bytes[at]!]!) !== 0) {
      hash = mixName(hash, lower);
      at++;
    }
    if (bytes[at] !== COLON || at === nameStart || at >= end) return nameFailure(bytes, nameStart, at, end);
    const nameEnd = at++;
    while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
    const valueStart = at;
    while (at < end && FIELD_VALUE[bytes[at]!] === 1) at++;
    if (bytes[at] !== CR || bytes[at + 1] !== LF || at + 1 >= end) return valueFailure(bytes, at, end);
    let valueEnd = at;
    while (valueEnd > valueStart && (bytes[valueEnd - 1] === SPACE || bytes[valueEnd - 1] === TAB)) {
      valueEnd--;
    }
    at += 2;
    if (textStart < 0) {
      textStart = nameStart;
      text = bytes.toString("latin1", nameStart, end);
    }
    const name = commonName(hash, bytes, nameStart, nameEnd) ??
      text.slice(nameStart - textStart, nameEnd - textStart).toLowerCase();
    into.appendSafe(name, text.slice(valueStart - textStart, valueEnd - textStart));
    if (known !== null) known.keep(n, bytes, nameStart, at, name, valueStart, valueEnd);
  }
  return null;
}

function nameFailure(bytes: Buffer, lineStart: number, at: number, end: number): ParseFailure {
  if (at >= end) return smuggling("field line without its line end");
  const byte = bytes[at]!;
  if (byte === SPACE || byte === TAB) {
    // obs-fold (RFC 9112, 5.2) and white space before the colon (5.1, CVE-2019-16869 and many after it).
    return smuggling(at === lineStart ? "field line starts with white space" : "white space in a field name");
  }
  if (byte === CR && bytes[at + 1] === LF && at !== lineStart) return malformed("field line without a colon");
  if (isSplitting(byte)) return smuggling(`byte ${hex(byte)} in a field name`);
  if (byte === COLON) return malformed("field without a name");
  return malformed(`byte ${hex(byte)} in a field name`);
}

function valueFailure(bytes: Buffer, at: number, end: number): ParseFailure {
  if (at >= end) return smuggling("field line without its line end");
  const byte = bytes[at]!;
  if (byte === CR) return smuggling("CR without LF in a field value");
  if (byte === LF) return smuggling("LF without CR in a field value");
  if (byte === 0) return smuggling("NUL in a field value");
  return malformed(`control byte ${hex(byte)} in a field value`);
}

const UNSAFE_NAME = /[^!#$%&'*+\-.^_`|~0-9A-Za-z]/;
const NONE: ReadonlySet<string> = new Set();
const UNSAFE_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * The list as field lines, each with its CRLF, ready to be written as latin1; null where a name or value cannot stand
 * in a message. Fields named in `except` (lower case) are left out.
 *
 * [SECURITY] Response splitting (CWE-113): a CR, LF or NUL never reaches the wire, nor a char above U+00FF, which
 * latin1 would cut down to one of them (U+010A becomes LF).
 */
export function serialiseFields(fields: HeaderList, except: ReadonlySet<string> = NONE): string | null {
  const { names, values } = fields;
  let text = "";
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (except.has(name)) continue;
    const value = values[i]!;
    const line = fields.line(i);
    if (line === null && !isField(name, value)) return null;
    text += line || name + ": " + value + "\r\n";
  }
  return text;
}

/** True where name and value can stand in a message. */
export function isField(name: string, value: string): boolean {
  return name !== "" && (isCommonName(name) || !UNSAFE_NAME.test(name)) && isFieldValue(value);
}

/** Below it a loop over the characters is done before a regular expression has begun. */
const SHORT_VALUE_CHARS = 64;

/** True where `value` has no character that cannot stand in a field: controls but TAB, DEL, whatever is above U+00FF. */
export function isFieldValue(value: string): boolean {
  if (value.length > SHORT_VALUE_CHARS) return !UNSAFE_VALUE.test(value);
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if ((code < 0x20 && code !== TAB) || code === 0x7f || code > 0xff) return false;
  }
  return true;
}

/** Two hexadecimal digits, for details. */
export function hex(byte: number): string {
  return "0x" + byte.toString(16).padStart(2, "0");
}

export function smuggling(detail: string): ParseFailure {
  return { reason: "smuggling", detail };
}

export function malformed(detail: string): ParseFailure {
  return { reason: "malformed", detail };
}
