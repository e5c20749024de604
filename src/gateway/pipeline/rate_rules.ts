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

/** A request that a rule counts by its answer, until that comes. */
export interface PendingCount {
  readonly compiled: CompiledRateRule;
  readonly high: number;
  readonly low: number;
}

const SECOND_US = 1_000_000;
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
      (flow.pendingCounts ??= []).push({ compiled, high, low });
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
