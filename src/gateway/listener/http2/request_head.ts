import { randomBytes } from "node:crypto";
import type { RequestHead } from "../../../core/exchange.ts";
import type { HeaderList } from "../../../core/header_list.ts";
import type { ServerSettings } from "../../../core/snapshot.ts";
import { malformed, type ParseFailure, smuggling } from "../http1/fields.ts";
import { plainNumber } from "../http1/plain_number.ts";
import { resolveTarget } from "../http1/request_target.ts";
import type { RequestFields } from "./request_fields.ts";

/** A request that may become an exchange. */
export interface ParsedHead {
  readonly head: RequestHead;
  /** Bytes of content that were declared; null: none were. For a tunnel null as well. */
  readonly bodyLength: number | null;
  readonly expectsContinue: boolean;
}

/**
 * Why a request was not taken. `answered`: it is a message of HTTP/2 in good form and gets an HTTP answer; else it is
 * malformed by RFC 9113, 8.1.1 and its stream is reset with PROTOCOL_ERROR.
 */
export interface HeadFailure extends ParseFailure {
  readonly answered: boolean;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** The longest registered method (UPDATEREDIRECTREF) has 17. */
const MAX_METHOD_CHARS = 32;
const COMMON_METHODS: ReadonlySet<string> = new Set([
  "GET",
  "POST",
  "HEAD",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
]);
const UNSAFE_PATH = /[^\x21-\x7e\x80-\xff]/;
/** ` HTTP/1.1` and the space before the target: what the request line has besides. */
const LINE_OVERHEAD = 10;
const KEY_BYTES = 16;

/**
 * The head of a request from its fields (RFC 9113, 8.3; Extended CONNECT by RFC 8441, 4), by the same rules as in
 * HTTP/1.1. `scheme`: of the connection. An Extended CONNECT becomes what it would be there: a GET with an upgrade.
 */
export function parseHead(
  fields: RequestFields,
  endStream: boolean,
  scheme: "http" | "https",
  limits: Pick<ServerSettings, "max_request_line_bytes">,
): ParsedHead | HeadFailure {
  if (fields.failure !== null) return reset(fields.failure);
  const { method, path, protocol } = fields;
  // The list may be that of other requests too, and an upgrade adds to its own.
  const headers = protocol === null ? fields.headers : fields.headers.clone();
  if (method === null || method === "") return reset(malformed("no :method"));
  if (method.length > MAX_METHOD_CHARS || (!COMMON_METHODS.has(method) && !TOKEN.test(method))) {
    return reset(malformed(":method is no token"));
  }
  if (method === "CONNECT" && protocol === null) return answer(malformed("CONNECT is not served"));
  if (protocol !== null && method !== "CONNECT") return reset(malformed(":protocol without CONNECT"));
  if (fields.scheme === null) return reset(malformed("no :scheme"));
  if (fields.scheme !== "https" && fields.scheme !== "http") {
    return reset(malformed(":scheme is neither http nor https"));
  }
  if (path === null || path === "") return reset(malformed("no :path"));
  if (UNSAFE_PATH.test(path)) return reset(malformed("white space or control byte in :path"));
  if (method.length + path.length + LINE_OVERHEAD > limits.max_request_line_bytes) {
    return answer({
      reason: "uri_too_long",
      detail: `request line over ${limits.max_request_line_bytes} bytes`,
    });
  }
  // Only HTTP/1.1 has the absolute form.
  if (path.charCodeAt(0) !== 0x2f && path !== "*") return reset(malformed(":path is no path"));
  const host = fields.authority ?? headers.get("host");
  if (host === undefined) return answer(malformed("neither :authority nor Host"));
  const served = protocol === null ? method : "GET";
  const destination = resolveTarget(served, path, host, scheme);
  if ("reason" in destination) return answer(destination);
  const length = contentLength(fields, endStream);
  if (typeof length === "object" && length !== null) return reset(length);
  if (fields.expect !== null && fields.expect.toLowerCase() !== "100-continue") {
    return answer(malformed("unknown expectation in Expect"));
  }
  const upgrade = protocol === null ? null : openingProtocol(protocol, fields, headers);
  if (upgrade !== null && typeof upgrade === "object") return upgrade;
  return {
    head: {
      method: served,
      scheme,
      authority: destination.authority,
      rawPath: destination.rawPath,
      rawQuery: destination.rawQuery,
      headers,
      upgrade,
    },
    bodyLength: length,
    expectsContinue: fields.expect !== null && !endStream,
  };
}

/** RFC 9113, 8.1.1. [SECURITY] Never taken for framing, but what goes out says it again (H2.CL desync, CWE-444). */
function contentLength(fields: RequestFields, endStream: boolean): number | null | ParseFailure {
  if (fields.lengths === 0) return endStream ? 0 : null;
  if (fields.lengths > 1) return smuggling("more than one Content-Length");
  const bytes = plainNumber(fields.contentLength);
  if (bytes < 0) return smuggling("Content-Length is not a plain number");
  if (endStream && bytes > 0) return smuggling(`Content-Length ${bytes} without content`);
  return bytes;
}

/** The protocol of an Extended CONNECT, lower case, with what the same handshake has in HTTP/1.1. */
function openingProtocol(
  protocol: string,
  fields: RequestFields,
  headers: HeaderList,
): string | HeadFailure {
  const lower = protocol.toLowerCase();
  if (!TOKEN.test(lower) || lower === "h2c") return answer(malformed("bad :protocol"));
  if (fields.lengths > 0) return reset(malformed("Content-Length in an Extended CONNECT"));
  if (lower === "websocket" && !headers.has("sec-websocket-key")) {
    // RFC 8441, 5: HTTP/2 has no key; RFC 6455, 4.1: HTTP/1.1 wants one.
    headers.appendSafe("sec-websocket-key", randomBytes(KEY_BYTES).toString("base64"));
  }
  return lower;
}

function reset(failure: ParseFailure): HeadFailure {
  return { reason: failure.reason, detail: failure.detail, answered: false };
}

function answer(failure: ParseFailure): HeadFailure {
  return { reason: failure.reason, detail: failure.detail, answered: true };
}
