import type { Buffer } from "node:buffer";
import { HeaderList } from "../../core/header_list.ts";
import { CR, FIELD_VALUE, LF, SPACE } from "../listener/http1/characters.ts";
import { parseFields } from "../listener/http1/fields.ts";
import type { KnownLines } from "../listener/http1/known_lines.ts";

/** Fields of a response; more than a request may have, because applications set many cookies and policies. */
const MAX_FIELDS = 256;

const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const VERSION_PREFIX = [0x48, 0x54, 0x54, 0x50, 0x2f, 0x31, 0x2e]; // HTTP/1.

/** A response's head as it stands on the wire. */
export interface ResponseHead {
  readonly status: number;
  /** HTTP/1.x: the x. */
  readonly minor: number;
  /** All fields as received. */
  readonly fields: HeaderList;
}

/**
 * Parses `bytes[0, end)`, status line to empty line. A string is the operator's text of why it is refused. `known`: what
 * the same sender's answers had before.
 */
export function parseResponseHead(
  bytes: Buffer,
  end: number,
  known: KnownLines | null = null,
): ResponseHead | string {
  for (let i = 0; i < VERSION_PREFIX.length; i++) {
    if (bytes[i] !== VERSION_PREFIX[i]) return "the answer is not HTTP/1.x";
  }
  const minor = bytes[7]! - DIGIT_0;
  if (minor < 0 || minor > 9 || bytes[8] !== SPACE) return "bad version in the status line";
  let status = 0;
  for (let i = 9; i < 12; i++) {
    const byte = bytes[i]!;
    if (byte < DIGIT_0 || byte > DIGIT_9) return "bad status code in the status line";
    status = status * 10 + byte - DIGIT_0;
  }
  if (status < 100 || status > 599) return `status code ${status} is out of range`;
  // The space before an empty reason is often left out (RFC 9112 §4 wants it); nothing depends on it.
  let at = 12;
  if (bytes[at] !== SPACE && bytes[at] !== CR) return "bad status line";
  while (FIELD_VALUE[bytes[at]!] === 1) at++;
  if (bytes[at] !== CR || bytes[at + 1] !== LF) return "control byte in the status line";
  const fields = new HeaderList();
  const failure = parseFields(bytes, at + 2, end - 2, MAX_FIELDS, fields, known);
  if (failure !== null) return `response head: ${failure.detail}`;
  return { status, minor, fields };
}
