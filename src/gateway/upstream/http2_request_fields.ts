import { HeaderList } from "../../core/header_list.ts";
import type { UpstreamRequest } from "../../core/ports.ts";
import { isField } from "../listener/http1/fields.ts";
import { isSafeWord } from "./request_head.ts";

/** Fields that speak of a connection (RFC 9113, 8.2.2) or were only meant for the listener, and those said anew here. */
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
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

/**
 * The request as the fields of one header block (RFC 9113, 8.3.1; Extended CONNECT by RFC 8441, 4); null where a part
 * cannot stand in one.
 *
 * [SECURITY] As strict as HTTP/1.1: HTTP/2 could carry a CR or LF in a value, and a target that writes the request as
 * HTTP/1.1 to somebody behind it would split it there (CWE-113).
 */
export function requestFields(request: UpstreamRequest, scheme: "http" | "https"): HeaderList | null {
  const { method, path, headers, requestId, body, upgrade } = request;
  if (!isSafeWord(method) || !isSafeWord(path)) return null;
  const authority = headers.get("host");
  if (authority === undefined || !isField("host", authority)) return null;
  const fields = new HeaderList();
  fields.append(":method", upgrade === null ? method : "CONNECT");
  fields.append(":scheme", scheme);
  fields.append(":authority", authority);
  fields.append(":path", path);
  if (upgrade !== null) {
    if (!isSafeWord(upgrade)) return null;
    fields.append(":protocol", upgrade);
  }
  const { names, values } = headers;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const value = values[i]!;
    if (NOT_FORWARDED.has(name)) continue;
    // RFC 8441, 5: the key is HTTP/1.1's proof that nobody was asked by mistake.
    if (upgrade !== null && name === "sec-websocket-key") continue;
    if (!headers.isSafe(i) && !isField(name, value)) return null;
    fields.append(name, value);
  }
  if (requestId !== undefined) {
    if (!isField("x-request-id", requestId)) return null;
    fields.append("x-request-id", requestId);
  }
  // RFC 9113, 8.2.2: `trailers` is all that TE may say; gRPC asks for its trailers by it.
  if (headers.get("te") === "trailers") fields.append("te", "trailers");
  if (upgrade !== null) return fields;
  if (body !== null && body.length !== null && body.length > 0) {
    fields.append("content-length", String(body.length));
  } else if (body === null && EXPECTS_CONTENT.has(method)) fields.append("content-length", "0");
  return fields;
}
