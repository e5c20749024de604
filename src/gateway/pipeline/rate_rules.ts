import { block, PASS, type Verdict } from "../../core/verdict.ts";
import { clientHigh, clientLow } from "../../lib/client_words.ts";
import { halfSipHash } from "../../lib/half_sip_hash.ts";
import { mix32 } from "../../lib/mix32.ts";
import { rateHeaders } from "../../shield/limiter.ts";
import { rateKeyValue } from "../../shield/rate_key.ts";
import { REPUTATION_POINTS } from "../../shield/reputation_points.ts";
import { hasPass } from "../challenge/standing.ts";
import { headView } from "../routing/apply_request.ts";
import type { CompiledRateRule, RatePlan } from "../routing/rate_plan.ts";
import { isProxyItself } from "./04_client.ts";
import type { Flow } from "./flow.ts";
import type { PendingCount } from "./pending_count.ts";

const SECOND_US = 1_000_000;
/** Sets tries in flight apart from answers of the same rule and key. */
const IN_FLIGHT = 0x5bd1e995;
/** Counts of tries in flight begin anew so often: what a thread that died never took back weighs no longer. */
const FLIGHT_SECONDS = 60;
/** The host's rate rules, in their order: the first whose count is used up decides. */
export function checkRateRules(plan: RatePlan, flow: Flow): Verdict {
  const view = headView(flow.exchange);
  const now = flow.services.time.now();
  for (const compiled of plan.rules) {
    if (compiled.when !== null && compiled.when.test(view) === null) continue;
    writeKey(compiled, flow, plan.words);
    const high = plan.words[0]!;
    const low = plan.words[1]!;
    const { rule } = compiled;
    const { ruleCounts } = flow.services;
    if (rule.statuses.length > 0) {
      const failed = ruleCounts.read(high, low, rule.period_seconds, now);
      if (failed >= rule.count) return usedUp(compiled, flow, high, low, now);
      const isTry = isGuess(flow);
      if (isTry) {
        // [SECURITY] Else as many as are sent at once would all be let through before the first answer is counted.
        const tries = ruleCounts.count(high ^ IN_FLIGHT, low, FLIGHT_SECONDS, now);
        if (failed + tries > rule.count) {
          ruleCounts.uncount(high ^ IN_FLIGHT, low, FLIGHT_SECONDS, now, now);
          return tooManyAtOnce(compiled);
        }
      }
      (flow.pendingCounts ??= []).push({ compiled, high, low, triedAt: isTry ? now : -1 });
      continue;
    }
    const counted = ruleCounts.count(high, low, rule.period_seconds, now);
    if (counted <= rule.count) continue;
    if (counted === rule.count + 1) notePassed(compiled, flow);
    return usedUp(compiled, flow, high, low, now);
  }
  return PASS;
}

/** Counts a target's answer by the rules that wait for it. */
export function countAnswer(pending: readonly PendingCount[], status: number, flow: Flow): void {
  const { ruleCounts, time } = flow.services;
  for (const { compiled, high, low } of pending) {
    const { rule } = compiled;
    if (!rule.statuses.includes(status)) continue;
    if (ruleCounts.count(high, low, rule.period_seconds, time.now()) === rule.count) {
      notePassed(compiled, flow);
    }
  }
  endTries(pending, flow);
}

/** They are answered, or will never be. */
export function endTries(pending: readonly PendingCount[], flow: Flow): void {
  flow.pendingCounts = null;
  const { ruleCounts, time } = flow.services;
  for (const { high, low, triedAt } of pending) {
    if (triedAt >= 0) ruleCounts.uncount(high ^ IN_FLIGHT, low, FLIGHT_SECONDS, triedAt, time.now());
  }
}

/**
 * Whether the request may be one of many guesses: it sends something, or a password of its own (RFC 7617). What a page
 * loads all at once is none, however many of it fail.
 */
function isGuess({ exchange: { request } }: Flow): boolean {
  const { method } = request;
  if (method !== "GET" && method !== "HEAD" && method !== "OPTIONS") return true;
  return /^basic /i.test(request.headers.get("authorization") ?? "");
}

function tooManyAtOnce({ rule }: CompiledRateRule): Verdict {
  return block("rate", `rate rule ${rule.name}: more than ${rule.count} tries at once`, {
    headers: rateHeaders(rule.name, rule.count, rule.period_seconds, SECOND_US),
  });
}

/** Once a period and key: the count is used up. */
function notePassed({ rule }: CompiledRateRule, flow: Flow): void {
  const { exchange, services, clientWords } = flow;
  if (exchange.marked || clientWords === null || isProxyItself(exchange)) return;
  if (rule.statuses.length > 0) {
    services.reputation.add(clientWords, REPUTATION_POINTS.rate_rule, "rate_rule");
  }
  if (rule.action !== "ban" || hasPass(flow)) return;
  services.wishBan({
    client: exchange.client,
    hostId: exchange.hostId,
    seconds: rule.ban_seconds,
    reason: `rate rule ${rule.name}: ${told(rule)}`,
    origin: "shield",
  });
}

function usedUp({ rule }: CompiledRateRule, flow: Flow, high: number, low: number, now: number): Verdict {
  const detail = `rate rule ${rule.name}: ${told(rule)}`;
  // Who has proved itself is not asked again: it is slowed.
  if (rule.action === "challenge" && !hasPass(flow)) return { kind: "challenge", detail };
  const wait = flow.services.ruleCounts.endsIn(high, low, rule.period_seconds, now) * SECOND_US;
  return block("rate", detail, { headers: rateHeaders(rule.name, rule.count, rule.period_seconds, wait) });
}

function told({ count, period_seconds, statuses, key }: CompiledRateRule["rule"]): string {
  const what = statuses.length === 0 ? "requests" : `answers with ${statuses.join(", ")}`;
  return `${count} ${what} in ${period_seconds} s by ${key}`;
}

/** Writes what this request is counted under into `words`. */
function writeKey({ key, high, low }: CompiledRateRule, flow: Flow, words: Int32Array): void {
  const { exchange, clientWords, services } = flow;
  const value = rateKeyValue(key, exchange.path, exchange.request.headers);
  if (value === null) {
    words[0] = mix32(high ^ (clientWords === null ? 0 : clientHigh(clientWords)));
    words[1] = mix32(low + (clientWords === null ? 0 : clientLow(clientWords)) | 0);
    return;
  }
  halfSipHash(services.ruleCounts.hashKey, value, words);
  words[0] = mix32(high ^ words[0]!);
  words[1] = mix32(low + words[1]! | 0);
}
