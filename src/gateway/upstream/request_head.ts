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

/** A character that cannot stand in a method or a request target. */
export const UNSAFE_WORD = /[^\x21-\x7e\x80-\xff]/;

/**
 * The request's head as it goes on the wire, a byte string with its empty line; null where a part cannot stand in one.
 *
 * [SECURITY] Request splitting (CWE-113, CVE-2018-12116): control characters never leave, nor a char above U+00FF,
 * which latin1 would cut down to one (U+010A becomes LF); whatever a stage before this one let through.
 */
export function serialiseRequestHead(request: UpstreamRequest): string | null {
  const { method, path, headers, requestId, body, upgrade } = request;
  if (
    method === "" || (method !== "GET" && UNSAFE_WORD.test(method)) || path === "" || UNSAFE_WORD.test(path)
  ) return null;
  const fields = fieldsText(headers);
  if (fields === null) return null;
  let text = `${method} ${path} HTTP/1.1\r\n${fields}`;
  if (requestId !== undefined) {
    if (!isField("x-request-id", requestId)) return null;
    text += `x-request-id: ${requestId}\r\n`;
  }
  if (upgrade !== null) {
    if (UNSAFE_WORD.test(upgrade)) return null;
    text += `connection: upgrade\r\nupgrade: ${upgrade}\r\n`;
  }
  if (body !== null && body.length === null) text += "transfer-encoding: chunked\r\n";
  else if (body !== null && body.length! > 0) text += `content-length: ${body.length}\r\n`;
  else if (EXPECTS_CONTENT.has(method)) text += "content-length: 0\r\n";
  return text + "\r\n";
}

/** The text of a list's fields, kept with it: the same list is often sent again. */
class FieldsText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function fieldsText(headers: HeaderList): string | null {
  const made = headers.derived;
  if (made instanceof FieldsText) return made.text;
  const text = serialiseFields(headers, NOT_FORWARDED);
  if (text === null) return null;
  // What was put together of pieces is made one by reading it; else every request would gather them again.
  text.charCodeAt(0);
  headers.derived = new FieldsText(text);
  return text;
}
