import type { HeaderList } from "../../core/header_list.ts";
import type { UpstreamRequest } from "../../core/ports.ts";
import { isField, serialiseFields } from "../listener/http1/fields.ts";

/**
 * Fields that are this transport's own business or were only meant for the listener. `expect` among them: the
 * listener has answered it (RFC 9110 §10.1.1), and a target's 100 would reach nobody.
 */
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Methods for which an absent body is said by `content-length: 0` (RFC 9110 §8.6). */
const EXPECTS_CONTENT: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

/** True where `text` can stand as a method, a request target or a protocol's name. A loop: each request asks. */
export function isSafeWord(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x21 || code > 0xff || code === 0x7f) return false;
  }
  return text !== "";
}

/** A request's head as it goes on the wire: first a byte string, then bytes that requests with equal fields share. */
export interface SerialisedHead {
  readonly own: string;
  /** null: `own` is all of it. */
  readonly shared: Uint8Array | null;
}

/**
 * The request's head with its empty line; null where a part cannot stand in one.
 *
 * [SECURITY] Request splitting (CWE-113, CVE-2018-12116): control characters never leave, nor a char above U+00FF,
 * which latin1 would cut down to one (U+010A becomes LF); whatever a stage before this one let through.
 */
export function serialiseRequestHead(request: UpstreamRequest): SerialisedHead | null {
  const { method, path, headers, requestId, body, upgrade } = request;
  if ((method !== "GET" && !isSafeWord(method)) || !isSafeWord(path)) return null;
  const fields = sharedFields(headers);
  if (fields === null) return null;
  let text = `${method} ${path} HTTP/1.1\r\n${fields.first}`;
  if (requestId !== undefined) {
    if (!isField("x-request-id", requestId)) return null;
    text += `x-request-id: ${requestId}\r\n`;
  }
  if (upgrade !== null) {
    if (!isSafeWord(upgrade)) return null;
    text += `connection: upgrade\r\nupgrade: ${upgrade}\r\n`;
  }
  if (body !== null && body.length === null) text += "transfer-encoding: chunked\r\n";
  else if (body !== null && body.length! > 0) text += `content-length: ${body.length}\r\n`;
  else if (EXPECTS_CONTENT.has(method)) text += "content-length: 0\r\n";
  const shared = fields.bytes();
  return { own: shared === null ? `${text}${fields.rest}\r\n` : text, shared };
}

const encoder = new TextEncoder();

/** A list's fields as they are written, kept with it: the same list is often sent again. */
class SharedFields {
  /** The line of Host, which stands before all others (RFC 9110 §7.2); empty where the list begins with another. */
  readonly first: string;
  /** All other lines. */
  readonly rest: string;
  #uses = 0;
  #bytes: Uint8Array | null = null;

  constructor(first: string, rest: string) {
    this.first = first;
    this.rest = rest;
  }

  /** `rest` and the head's empty line, from the second use on: encoding costs more than writing a text once. */
  bytes(): Uint8Array | null {
    if (this.#uses < 2 && ++this.#uses === 2) {
      const encoded = encoder.encode(`${this.rest}\r\n`);
      // UTF-8 is the same for ASCII alone; what is not stays a text.
      if (encoded.length === this.rest.length + 2) this.#bytes = encoded;
    }
    return this.#bytes;
  }
}

function sharedFields(headers: HeaderList): SharedFields | null {
  const made = headers.derived;
  if (made instanceof SharedFields) return made;
  const text = serialiseFields(headers, NOT_FORWARDED);
  if (text === null) return null;
  const split = headers.names[0] === "host" ? text.indexOf("\r\n") + 2 : 0;
  const fields = new SharedFields(text.slice(0, split), text.slice(split));
  headers.derived = fields;
  return fields;
}
