import { isIPv6 } from "node:net";
import { malformed, type ParseFailure } from "./fields.ts";
import { plainNumber } from "./plain_number.ts";

/** Where a request goes, from its request-target and Host. */
export interface Destination {
  /** Lower case, with port where sent. */
  readonly authority: string;
  /** Starts with `/`, or is `*`. */
  readonly rawPath: string;
  readonly rawQuery: string | null;
}

/** 253 for a name, a dot, and `:65535`. */
const MAX_AUTHORITY_CHARS = 260;
const AUTHORITY = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[([0-9a-f:.]+)\])(?::([0-9]{1,5}))?$/;

/**
 * The authority in lower case, or null where it is none: a name of letters, digits, `-`, `_` and dots, an IPv4
 * address or an IPv6 one in brackets, and a port. Stricter than RFC 3986, 3.2.2: no percent-encoding, no userinfo, no
 * sub-delims, no empty port; nobody who means well sends them, and routers read them differently.
 */
export function parseAuthority(text: string): string | null {
  if (text.length > MAX_AUTHORITY_CHARS) return null;
  if (isPlainAuthority(text)) return text;
  const lower = text.toLowerCase();
  const match = AUTHORITY.exec(lower);
  if (match === null) return null;
  if (match[1] !== undefined && !isIPv6(match[1])) return null;
  if (match[2] !== undefined && Number(match[2]) > 65_535) return null;
  return lower;
}

/** True for a name (or IPv4 address) in lower case with an optional port: what nearly every request has. */
function isPlainAuthority(text: string): boolean {
  let at = 0;
  let isLabelEmpty = true;
  let code = 0;
  for (; at < text.length; at++) {
    code = text.charCodeAt(at);
    if ((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x5f) {
      isLabelEmpty = false;
    } else if (code === 0x2e && !isLabelEmpty) isLabelEmpty = true;
    else break;
  }
  if (at === text.length) return at > 0;
  if (at === 0 || code !== 0x3a) return false;
  const port = plainNumber(text.slice(at + 1));
  return port >= 0 && port <= 65_535 && text.length - at <= 6;
}

/**
 * Resolves the four forms of a request-target (RFC 9112, 3.2) against Host, which must be there for every version.
 * `host` is the field's only value.
 */
export function resolveTarget(
  method: string,
  target: string,
  host: string,
  scheme: "http" | "https",
): Destination | ParseFailure {
  // A tunnel through us to anywhere is not what a reverse proxy offers.
  if (method === "CONNECT") return malformed("CONNECT is not served");
  const authority = parseAuthority(host);
  if (authority === null) return malformed("Host is not a host name with an optional port");
  const hash = target.indexOf("#");
  if (hash >= 0) return malformed("fragment in the request target");
  if (target.charCodeAt(0) === 0x2f) return splitQuery(authority, target);
  if (target === "*") {
    return method === "OPTIONS"
      ? { authority, rawPath: "*", rawQuery: null }
      : malformed("`*` as request target of another method than OPTIONS");
  }
  return absoluteForm(method, target, authority, scheme);
}

function absoluteForm(
  method: string,
  target: string,
  authority: string,
  scheme: "http" | "https",
): Destination | ParseFailure {
  const prefix = `${scheme}://`;
  if (target.slice(0, prefix.length).toLowerCase() !== prefix) {
    return malformed(`request target is neither a path nor a ${scheme} address`);
  }
  let end = prefix.length;
  while (end < target.length && target[end] !== "/" && target[end] !== "?") end++;
  // [SECURITY] RFC 9112, 3.2.2 lets the target win over Host; whoever reads Host behind us would route elsewhere.
  if (target.slice(prefix.length, end).toLowerCase() !== authority) {
    return malformed("request target and Host name different hosts");
  }
  const rest = target.slice(end);
  // RFC 9112, 3.2.4: OPTIONS without a path asks about the server as a whole.
  if (rest === "" && method === "OPTIONS") return { authority, rawPath: "*", rawQuery: null };
  return splitQuery(authority, rest.startsWith("/") ? rest : "/" + rest);
}

function splitQuery(authority: string, pathAndQuery: string): Destination {
  const mark = pathAndQuery.indexOf("?");
  if (mark < 0) return { authority, rawPath: pathAndQuery, rawQuery: null };
  return { authority, rawPath: pathAndQuery.slice(0, mark), rawQuery: pathAndQuery.slice(mark + 1) };
}
