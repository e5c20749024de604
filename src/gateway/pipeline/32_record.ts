import type { Exchange } from "../../core/exchange.ts";
import type { Refusal } from "../../core/listener.ts";
import type { Place } from "../../core/place.ts";
import { isFailure, REASONS } from "../../core/reason.ts";
import type { RequestRecord } from "../../core/record.ts";
import { maskQuery } from "../../lib/mask.ts";
import { isGoodBot } from "./good_bot.ts";
import type { Refused } from "../repeat_book.ts";
import type { Tallied } from "../request_tally.ts";
import type { CountedRequest } from "../shared_counters.ts";
import { programSigns } from "../signs.ts";
import type { Flow } from "./flow.ts";
import { isByOtherSite } from "./other_site.ts";
import { endTries } from "./rate_rules.ts";

const LONGEST_TARGET = 2_048;
const LONGEST_AGENT = 512;

/** Counts the exchange and writes it down, whatever became of it. Runs always. */
export function record(flow: Flow): void {
  const { exchange, services } = flow;
  if (flow.pendingCounts !== null) endTries(flow.pendingCounts, flow);
  const { action, reason, status, hostId, client, upstreamMs, findings } = exchange;
  const ended: Ended = {
    action,
    reason,
    status,
    hostId,
    client,
    upstreamMs,
    at: exchange.receivedAt,
    requestBytes: flow.body.bytes,
    responseBytes: exchange.response.bodyBytes,
    latencyMs: services.turnClock.monotonic() - exchange.startedAt,
    findings,
    country: flow.place?.country,
  };
  services.count(ended);
  // What the analyst has decided is no news to it.
  if (flow.watched !== null && exchange.reason !== "correlation") {
    services.digests.add(flow.watched.digest(exchange, flow.body.first, ended, {
      marked: exchange.marked || (exchange.reason === "waf" && isByOtherSite(flow)),
      isGoodBot: isGoodBot(flow),
    }));
  }
  if (action === "allowed" && !flow.snapshot.settings.toggles.stats) return;
  const { log } = services;
  if (isEarlyRefusal(exchange) && log.repeats(ended)) return;
  if (log.wants(action, findings.length > 0)) log.add(recordOf(flow, ended));
  else log.tally(ended);
}

/** What is counted of an exchange that is over. */
type Ended = CountedRequest & Tallied & Refused & { readonly country: string | undefined };

/** Refused before a target saw it: such refusals are all alike. */
function isEarlyRefusal({ action, upstreamMs }: Exchange): boolean {
  return upstreamMs < 0 && (action === "blocked" || action === "challenged");
}

function recordOf(flow: Flow, ended: Ended): RequestRecord {
  const { exchange, place } = flow;
  const { request } = exchange;
  const query = request.rawQuery === null ? "" : `?${maskQuery(request.rawQuery)}`;
  return {
    id: exchange.id,
    host: request.authority.slice(0, 255),
    method: request.method.slice(0, 32),
    target: (request.rawPath + query).slice(0, LONGEST_TARGET),
    protocol: exchange.protocol,
    scheme: exchange.scheme,
    detail: exchange.detail,
    userAgent: (request.headers.get("user-agent") ?? "").slice(0, LONGEST_AGENT),
    program: programSigns(flow),
    wafMs: exchange.wafMs,
    targetId: exchange.targetId,
    score: exchange.score,
    threshold: exchange.threshold,
    ...ended,
    ...placeFields(place),
  };
}

/** The record of a request that the codec refused before it became an exchange. */
export function refusalRecord(refusal: Refusal, now: number, place: Place | null = null): RequestRecord {
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
    ...placeFields(place),
  };
}

function placeFields(place: Place | null): Pick<RequestRecord, "country" | "city" | "asn"> {
  if (place === null) return NO_PLACE;
  const { country, city, asn } = place;
  return { country, ...(city === undefined ? {} : { city }), ...(asn === undefined ? {} : { asn }) };
}

const NO_PLACE = Object.freeze({});

function maskTarget(target: string): string {
  const mark = target.indexOf("?");
  return mark < 0 ? target : `${target.slice(0, mark)}?${maskQuery(target.slice(mark + 1))}`;
}
