import type { CorrelationEvent, EventSnapshot } from "../../core/correlation_event.ts";
import type { CorrelatedRule, CorrelationSetup } from "../../core/correlation_setup.ts";
import type { RequestDigest } from "../../core/request_digest.ts";
import { maskQuery } from "../../lib/mask.ts";
import { foundIds, foundNames } from "./compiled_rule.ts";
import { bodyHash, shownGroup } from "./grouping.ts";
import type { Hit } from "./sequence.ts";
import type { SnapshotRings } from "./snapshot_rings.ts";

const MOST_SNAPSHOTS = 64;
const MOST_CLIENTS = 64;
const LONGEST_TARGET = 1_024;
const LONGEST_AGENT = 256;
const LONGEST_GROUP = 256;

export interface Met {
  readonly rule: CorrelatedRule;
  readonly hostId: string;
  readonly group: string;
  readonly hits: readonly Hit[];
  readonly blocks: boolean;
}

/** What is written down of a rule that was met: no body, no cookie, no secret-looking value of a query. */
export function eventOf(
  { rule, hostId, group, hits, blocks }: Met,
  rings: SnapshotRings,
  setup: CorrelationSetup,
  id: string,
): CorrelationEvent {
  const { correlation } = rule;
  const last = hits.at(-1)!;
  return {
    id,
    at: last.at,
    ruleId: rule.id,
    ruleName: rule.name,
    severity: rule.severity,
    hostId,
    groupBy: correlation.groupBy,
    group: shownGroup(group, correlation.groupBy, setup.hashKey).slice(0, LONGEST_GROUP),
    // [SECURITY] Whoever stands here is blamed; white-listed clients never are, whoever shares their session or fingerprint.
    clients: clientsOf(blocks ? hits.filter(({ marked }) => !marked) : hits),
    action: blocks ? "blocked" : "detected",
    blockedUntil: blocks ? last.at + setup.blockSeconds * 1_000 : null,
    windowSeconds: correlation.windowSeconds,
    threshold: correlation.threshold,
    counted: hits.length,
    steps: stepsOf(hits, rings, correlation.triggerRules),
    snapshots: snapshotsOf(hits, rings, setup.hashKey),
  };
}

function clientsOf(hits: readonly Hit[]): string[] {
  return [...new Set(hits.toReversed().map((hit) => hit.client))].slice(0, MOST_CLIENTS);
}

/** By what was found where that is still in memory; else by the name that each step begins with. */
function stepsOf(
  hits: readonly Hit[],
  rings: SnapshotRings,
  steps: readonly (readonly string[])[],
): string[] {
  if (steps.length === 0) return [];
  const counting = new Set(hits.map((hit) => hit.requestId));
  const digests = [...new Set(hits.map((hit) => hit.ring))].flatMap((ring) => rings.of(ring));
  const found = new Set(digests.flatMap((digest) => counting.has(digest.id) ? foundNames(digest) : []));
  const met = hits.reduce((all, hit) => all | hit.steps, 0);
  return steps.flatMap((names, i) => {
    if ((met & (1 << i)) === 0) return [];
    const known = names.filter((name) => found.has(name));
    return [(known.length === 0 ? names.slice(0, 1) : known).join(" / ")];
  });
}

/** Those that counted, then as many of the requests between them as there is room for; in the order of time. */
function snapshotsOf(hits: readonly Hit[], rings: SnapshotRings, hashKey: string): EventSnapshot[] {
  const counting = new Set(hits.map((hit) => hit.requestId));
  const first = hits[0]!.at;
  const last = hits.at(-1)!.at;
  const around = [...new Set(hits.map((hit) => hit.ring))].flatMap((ring) => rings.of(ring))
    .filter(({ at }) => at >= first && at <= last);
  const counted = around.filter(({ id }) => counting.has(id)).slice(-MOST_SNAPSHOTS);
  const room = MOST_SNAPSHOTS - counted.length;
  const others = room === 0 ? [] : around.filter(({ id }) => !counting.has(id)).slice(-room);
  return [...counted, ...others].sort((a, b) => a.at - b.at)
    .map((digest) => snapshotOf(digest, counting.has(digest.id), hashKey));
}

function snapshotOf(digest: RequestDigest, counted: boolean, hashKey: string): EventSnapshot {
  const query = digest.query === "" ? "" : `?${maskQuery(digest.query)}`;
  return {
    id: digest.id,
    at: digest.at,
    client: digest.client,
    method: digest.method,
    target: (digest.path + query).slice(0, LONGEST_TARGET),
    userAgent: digest.userAgent.slice(0, LONGEST_AGENT),
    status: digest.status,
    size: digest.size,
    contentType: digest.contentType,
    latencyMs: Math.round(digest.latencyMs * 10) / 10,
    bodyBytes: digest.requestBytes,
    bodyHash: bodyHash(digest, hashKey),
    ruleIds: foundIds(digest),
    counted,
  };
}
