import type { Exchange } from "../../core/exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import { isFailure, REASONS } from "../../core/reason.ts";
import type { Block } from "../../core/verdict.ts";
import { renderBlockedPage } from "../../../views/gate/blocked.ts";
import { renderErrorPage } from "../../../views/gate/error.ts";
import { GATE_CONTENT_SECURITY_POLICY } from "../../../views/gate/document.ts";
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
): void {
  const facts = REASONS[verdict.reason];
  const status = statusOf(exchange, verdict, facts.status);
  exchange.status = status;
  if (status === 0) return exchange.response.abort(verdict.detail);
  const html = wantsPage(exchange);
  const headers = verdict.headers?.clone() ?? new HeaderList();
  headers.append("content-type", html ? "text/html; charset=utf-8" : "application/json");
  headers.append("cache-control", "no-store");
  headers.append("x-request-id", exchange.id);
  if (serverHeader !== "") headers.append("server", serverHeader);
  for (const [name, value] of AGGRESSIVE_HEADERS) headers.append(name, value);
  const hsts = fixed.get("strict-transport-security");
  if (hsts !== undefined) headers.append("strict-transport-security", hsts);
  if (html) headers.append("content-security-policy", GATE_CONTENT_SECURITY_POLICY);
  if (status === 503 && !headers.has("retry-after")) headers.append("retry-after", "5");
  if (facts.closes) exchange.response.closeAfter();
  const text = html ? page(exchange, verdict, status, facts.publicText) : json(facts.publicText, exchange.id);
  exchange.response.send(status, headers, encoder.encode(text));
}

/** A challenge is 503 for a page and 403 for everything else (spec 00, Reasons). */
function statusOf(exchange: Exchange, verdict: Block, usual: number): number {
  if (verdict.status !== undefined) return verdict.status;
  if (verdict.reason === "challenge" && !wantsPage(exchange)) return 403;
  return usual;
}

/** A navigation: GET or HEAD that the browser declares as such, or whose Accept admits HTML by name. */
function wantsPage(exchange: Exchange): boolean {
  const { method, headers } = exchange.request;
  if (method !== "GET" && method !== "HEAD") return false;
  const mode = headers.get("sec-fetch-mode");
  if (mode !== undefined) return mode === "navigate";
  return headers.get("accept")?.includes("text/html") ?? false;
}

function json(publicText: string, requestId: string): string {
  return `{"error":"${publicText}","request_id":"${requestId}"}`;
}

function page(exchange: Exchange, verdict: Block, status: number, publicText: string): string {
  const parts = {
    requestId: exchange.id,
    publicText,
    host: exchange.request.authority,
    lang: exchange.request.headers.get("accept-language")?.slice(0, 2).toLowerCase() ?? "en",
    status,
    at: exchange.receivedAt,
  };
  return isFailure(verdict.reason) || verdict.reason === "host_unknown"
    ? renderErrorPage(parts)
    : renderBlockedPage({ ...parts, reason: verdict.reason });
}
