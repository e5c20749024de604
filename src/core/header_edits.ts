/** What is done to the header fields of every request or answer (spec 01, `request_headers`, `response_headers`). */
export interface HeaderEdits {
  /** Name → value: replaces every field of the name. */
  readonly set: Readonly<Record<string, string>>;
  /** Name → value: one more field of the name. */
  readonly add: Readonly<Record<string, string>>;
  /** Names. Comes first: what is removed can be set anew. */
  readonly remove: readonly string[];
}

export const NO_HEADER_EDITS: HeaderEdits = Object.freeze({
  set: Object.freeze({}),
  add: Object.freeze({}),
  remove: Object.freeze([]),
});

/**
 * [SECURITY] Fields that no edit may touch: hop-by-hop (RFC 9110 §7.6.1) and framing (RFC 9112 §6), which decide where
 * a message ends (request smuggling, CWE-444), and what Aegis itself answers for.
 */
const UNTOUCHABLE: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-request-id",
]);

/** Other fields have a place of their own. */
const ELSEWHERE: Readonly<Record<"request" | "response", Readonly<Record<string, string>>>> = {
  request: { host: "use preserve_host, or a transform with rewrite-host" },
  response: { server: "use server_header" },
};

/** Why no edit of a request or an answer may name this field (lower case), or null. */
export function fieldNameFault(
  name: string,
  side: "request" | "response",
): { readonly message: string; readonly remedy: string } | null {
  if (name.startsWith(":")) {
    return { message: `"${name}" is a pseudo field of HTTP/2`, remedy: "name an ordinary header" };
  }
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]{1,128}$/.test(name)) {
    return {
      message: `"${name}" is no header name`,
      remedy: "names are letters, digits and hyphens, as X-Frame-Options",
    };
  }
  const place = Object.hasOwn(ELSEWHERE[side], name) ? ELSEWHERE[side][name] : undefined;
  if (place !== undefined) return { message: `"${name}" is not edited here`, remedy: place };
  if (!UNTOUCHABLE.has(name)) return null;
  return { message: `"${name}" belongs to the connection, not to the message`, remedy: "leave it out" };
}

/**
 * [SECURITY] Visible characters, blanks, tabs and bytes above ASCII: never CR, LF, NUL or another control (response and
 * request splitting, CWE-113).
 */
export function isFieldValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
