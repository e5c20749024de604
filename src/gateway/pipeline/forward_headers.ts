import type { Exchange } from "../../core/exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { Target } from "../../core/target.ts";
import { targetAuthority } from "../../core/target_url.ts";
import { CLEARANCE_COOKIE, withoutClearances } from "../../shield/challenge/clearance.ts";
import { COMMON_NAMES } from "../listener/http1/field_names.ts";

/**
 * [SECURITY] Never passed on: hop-by-hop fields (RFC 9110 §7.6.1), framing (the transport's own), and every field that
 * an application may believe to come from its proxy (spec 01, Headers).
 */
const DROPPED = new Set([
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "content-length",
  "expect",
  "host",
  "forwarded",
  "proxy",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-server",
  "x-forwarded-user",
  "x-forwarded-client-cert",
  "x-real-ip",
  "x-request-id",
  "x-original-url",
  "x-rewrite-url",
  "x-forwarded",
  "x-forwarded-scheme",
  "x-forwarded-protocol",
  "x-forwarded-ssl",
  "x-original-forwarded-for",
  "x-original-host",
  "forwarded-for",
  "front-end-https",
  "x-url-scheme",
  "x-scheme",
  "x-host",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-originating-ip",
  "x-remote-ip",
  "x-remote-addr",
  "x-envoy-external-address",
  "x-appengine-user-ip",
  "x-azure-clientip",
  "true-client-ip",
  "cf-connecting-ip",
  "cf-connecting-ipv6",
  "cf-pseudo-ipv4",
  "fastly-client-ip",
  "cloudfront-viewer-address",
  "remote-user",
  "remote-groups",
  "remote-email",
  "remote-name",
  "http2-settings",
]);

const ALIAS = /[^a-z0-9-]/;
const ALIASES = /[^a-z0-9-]/g;

/** True where a client's field of this name never reaches a target. */
export function isDropped(name: string): boolean {
  if (DROPPED.has(name)) return true;
  const first = name.charCodeAt(0);
  if (first === 0x78) {
    if (name.startsWith("x-aegis-") || name.startsWith("x-ssl-")) return true;
  } else if (first === 0x70 && name.startsWith("proxy-")) return true;
  // CGI and WSGI read `X_Forwarded_For` (CGI `X.Forwarded.For` too) as `X-Forwarded-For`: as forged as the original.
  return ALIAS.test(name) && isDropped(name.replace(ALIASES, "-"));
}

/** Names of most fields of most requests: for these one look-up decides. */
const PASSED: ReadonlySet<string> = new Set(COMMON_NAMES.filter((name) => !isDropped(name)));

/**
 * The request's fields as a target gets them. `own`: the target whose authority replaces the client's Host; null: the
 * client's Host is preserved. Without the request's id, and not to be changed: equal requests share one list.
 */
export function forwardHeaders(exchange: Exchange, own: Target | null): HeaderList {
  const { scheme } = exchange;
  const { headers, authority } = exchange.request;
  const made = headers.derived;
  if (made instanceof Forwarded && made.serves(exchange.client, authority, scheme, own)) return made.headers;
  const fresh = makeHeaders(exchange, own);
  headers.derived = new Forwarded(fresh, exchange.client, authority, scheme, own);
  return fresh;
}

/** What was forwarded of a request, kept with its fields: the next one on its connection often has the same. */
class Forwarded {
  readonly headers: HeaderList;
  readonly #client: string;
  readonly #authority: string;
  readonly #scheme: string;
  readonly #own: Target | null;

  constructor(headers: HeaderList, client: string, authority: string, scheme: string, own: Target | null) {
    this.headers = headers;
    this.#client = client;
    this.#authority = authority;
    this.#scheme = scheme;
    this.#own = own;
  }

  serves(client: string, authority: string, scheme: string, own: Target | null): boolean {
    return this.#client === client && this.#authority === authority && this.#scheme === scheme &&
      this.#own === own;
  }
}

function makeHeaders(exchange: Exchange, own: Target | null): HeaderList {
  const { headers, authority } = exchange.request;
  const named = connectionOptions(headers);
  // gRPC asks by it for its trailers. The codec lets only `trailers` through, and HTTP/1.1 targets never get it.
  const keepsTe = exchange.protocol === "HTTP/2";
  const out = new HeaderList();
  out.append("host", own === null ? authority : targetAuthority(own.url));
  const { names } = headers;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (
      (!PASSED.has(name) && isDropped(name) && !(keepsTe && name === "te")) ||
      (named !== null && named.includes(name))
    ) continue;
    // [SECURITY] A pass is between the visitor and Aegis: an application that saw it could hand it on.
    if (name === "cookie" && headers.values[i]!.includes(CLEARANCE_COOKIE)) {
      const rest = withoutClearances(headers.values[i]!);
      if (rest !== "") out.append(name, rest);
    } else out.appendFrom(headers, i);
  }
  // Safe: the codec has let through no authority with other characters than those of names and addresses.
  const { scheme } = exchange;
  out.appendSafe("x-forwarded-for", exchange.client);
  out.appendSafe("x-forwarded-host", authority);
  out.appendSafe("x-forwarded-proto", scheme);
  out.appendSafe("x-real-ip", exchange.client);
  out.appendSafe("forwarded", forwarded(exchange.client, authority, scheme));
  return out;
}

/** RFC 7239 §4; an IPv6 address stands in brackets and quotes. */
function forwarded(client: string, host: string, proto: string): string {
  const node = client.includes(":") ? `"[${client}]"` : client;
  return `for=${node};host="${host}";proto=${proto}`;
}

/** Lower-case names that Connection declares hop-by-hop; null in the usual case that there are none of interest. */
function connectionOptions(headers: HeaderList): string[] | null {
  const value = headers.get("connection");
  if (value === undefined) return null;
  if ((value === "keep-alive" || value === "close") && headers.count("connection") === 1) return null;
  return headers.all("connection").join(",").toLowerCase().split(",").map((option) => option.trim());
}
