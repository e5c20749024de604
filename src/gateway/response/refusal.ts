import type { Exchange } from "../../core/exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import { REASONS } from "../../core/reason.ts";
import type { Block } from "../../core/verdict.ts";
import type { ErrorLook } from "./error_look.ts";
import type { RefusalPages } from "./refusal_pages.ts";
import { AGGRESSIVE_HEADERS } from "./security_headers.ts";

const encoder = new TextEncoder();

/**
 * Answers a refusal: a page for people, JSON for programs, the public text of the reason and the request id in both,
 * and nothing else of why. A reason without a status ends the connection instead.
 */
export function writeRefusal(
  exchange: Exchange,
  verdict: Block,
  fixed: HeaderList,
  serverHeader: string,
  pages: RefusalPages,
  look: ErrorLook,
): void {
  const facts = REASONS[verdict.reason];
  const status = statusOf(exchange, verdict, facts.status);
  exchange.status = status;
  if (status === 0) return exchange.response.abort(verdict.detail);
  const html = wantsPage(exchange);
  const headers = verdict.headers?.clone() ?? new HeaderList();
  // Safe: fixed text, and the id.
  headers.appendSafe("content-type", html ? "text/html; charset=utf-8" : "application/json");
  headers.appendSafe("cache-control", "no-store");
  headers.appendSafe("x-request-id", exchange.id);
  if (serverHeader !== "") headers.append("server", serverHeader);
  for (const [name, value] of AGGRESSIVE_HEADERS) headers.appendSafe(name, value);
  const hsts = fixed.get("strict-transport-security");
  if (hsts !== undefined) headers.append("strict-transport-security", hsts);
  if (html) headers.append("content-security-policy", look.policy(status));
  if (status === 503 && !headers.has("retry-after")) headers.appendSafe("retry-after", "5");
  if (facts.closes) exchange.response.closeAfter();
  if (!html) {
    return exchange.response.send(status, headers, encoder.encode(json(facts.publicText, exchange.id)));
  }
  sendPage(exchange, status, headers, pages.pieces(exchange, verdict.reason, status, facts.publicText, look));
}

/** The pieces with the request's id between them, written one after the other into the same output. */
export function sendPage(
  exchange: Exchange,
  status: number,
  headers: HeaderList,
  pieces: readonly Uint8Array[],
): void {
  const { response } = exchange;
  const id = encoder.encode(exchange.id);
  let length = id.length * (pieces.length - 1);
  for (const piece of pieces) length += piece.length;
  response.head(status, headers, length);
  pieces.forEach((piece, i) => {
    if (i > 0) response.write(id);
    response.write(piece);
  });
  response.end(null);
}

/** A challenge is 503 for a page and 403 for everything else (spec 00, Reasons). */
function statusOf(exchange: Exchange, verdict: Block, usual: number): number {
  if (verdict.status !== undefined) return verdict.status;
  if (verdict.reason === "challenge" && !wantsPage(exchange)) return 403;
  return usual;
}

/** A navigation: GET or HEAD that the browser declares as such, or whose Accept admits HTML by name. */
export function wantsPage(exchange: Exchange): boolean {
  const { method, headers } = exchange.request;
  if (method !== "GET" && method !== "HEAD") return false;
  const mode = headers.get("sec-fetch-mode");
  if (mode !== undefined) return mode === "navigate";
  return headers.get("accept")?.includes("text/html") ?? false;
}

function json(publicText: string, requestId: string): string {
  return `{"error":"${publicText}","request_id":"${requestId}"}`;
}
