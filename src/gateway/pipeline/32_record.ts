import type { Exchange } from "../../core/exchange.ts";
import type { Refusal } from "../../core/listener.ts";
import { isFailure, REASONS } from "../../core/reason.ts";
import type { RequestRecord } from "../../core/record.ts";
import { maskQuery } from "../../lib/mask.ts";
import type { Flow } from "./flow.ts";

const LONGEST_TARGET = 2_048;
const LONGEST_AGENT = 512;

/** Counts the exchange and writes it down, whatever became of it. Runs always. */
export function record(flow: Flow): void {
  const { exchange, services } = flow;
  const ended: Ended = {
    requestBytes: flow.body.bytes,
    responseBytes: exchange.response.bodyBytes,
    latencyMs: services.clock.monotonic() - exchange.startedAt,
  };
  const { action, reason, status, hostId, client, upstreamMs } = exchange;
  services.count({ action, reason, status, ...ended });
  if (services.log.wants(action, exchange.findings.length > 0)) services.log.add(recordOf(exchange, ended));
  else services.log.tally({ hostId, client, status, upstreamMs, at: exchange.receivedAt, ...ended });
}

/** What only the end of an exchange tells. */
type Ended = Pick<RequestRecord, "requestBytes" | "responseBytes" | "latencyMs">;

function recordOf(exchange: Exchange, ended: Ended): RequestRecord {
  const { request } = exchange;
  const query = request.rawQuery === null ? "" : `?${maskQuery(request.rawQuery)}`;
  return {
    id: exchange.id,
    at: exchange.receivedAt,
    hostId: exchange.hostId,
    host: request.authority.slice(0, 255),
    client: exchange.client,
    method: request.method.slice(0, 32),
    target: (request.rawPath + query).slice(0, LONGEST_TARGET),
    protocol: exchange.protocol,
    scheme: request.scheme,
    status: exchange.status,
    action: exchange.action,
    reason: exchange.reason,
    detail: exchange.detail,
    userAgent: (request.headers.get("user-agent") ?? "").slice(0, LONGEST_AGENT),
    upstreamMs: exchange.upstreamMs,
    wafMs: exchange.wafMs,
    targetId: exchange.targetId,
    score: exchange.score,
    threshold: exchange.threshold,
    findings: exchange.findings,
    ...ended,
  };
}

/** The record of a request that the codec refused before it became an exchange. */
export function refusalRecord(refusal: Refusal, now: number): RequestRecord {
  return {
    id: refusal.requestId,
    at: now,
    hostId: "",
    host: refusal.host.slice(0, 255),
    client: refusal.connection.peerAddress,
    method: refusal.method.slice(0, 32),
    target: maskTarget(refusal.target).slice(0, LONGEST_TARGET),
    protocol: "",
    scheme: refusal.connection.tls === null ? "http" : "https",
    status: REASONS[refusal.reason].status,
    action: isFailure(refusal.reason) ? "allowed" : "blocked",
    reason: refusal.reason,
    detail: refusal.detail,
    userAgent: "",
    requestBytes: 0,
    responseBytes: 0,
    latencyMs: 0,
    upstreamMs: -1,
    wafMs: 0,
    targetId: "",
    score: 0,
    threshold: 0,
    findings: [],
  };
}

function maskTarget(target: string): string {
  const mark = target.indexOf("?");
  return mark < 0 ? target : `${target.slice(0, mark)}?${maskQuery(target.slice(mark + 1))}`;
}
