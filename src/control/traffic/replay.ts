import type { Evidence } from "../../core/evidence.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { Host } from "../../core/host.ts";
import { hostBelow } from "../../core/host_below.ts";
import type { RuleException } from "../../core/rule.ts";
import { routeTable } from "../../gateway/routing/route_table.ts";
import { canonicalPath } from "../../lib/canonical_path.ts";
import type { HostPolicy, WafTransaction } from "../../waf/engine.ts";
import type { Control } from "../control.ts";

/**
 * Judges a kept request by the rules, switches and exceptions in force, and by `exceptions` besides. All of it is read,
 * whatever its head says; `enforced` of what comes back is what the host would do in mode `enforce`.
 */
export function replay(
  control: Control,
  evidence: Evidence,
  exceptions: readonly RuleException[] = [],
): WafTransaction {
  const path = canonicalPath(evidence.rawPath).path;
  const host = control.hosts().find(({ id }) => id === evidence.hostId) ?? null;
  return judge(control.ruleJudge.policyWith(placeOf(host, path), exceptions), evidence);
}

/** The host as requests to `path` see it. */
function placeOf(host: Host | null, path: string): Host | null {
  if (host === null) return null;
  const routes = host.paths.map((each) => ({
    prefix: each.prefix,
    regex: each.regex,
    entry: hostBelow(host, each),
  }));
  return routeTable(routes)?.find(path) ?? host;
}

/** The kept request before `policy`, which is one that only detects. */
export function judge(policy: HostPolicy, evidence: Evidence): WafTransaction {
  const { method, rawPath, rawQuery, client, protocol, body, bodyLacks, signs } = evidence;
  const transaction = policy.begin({
    method,
    rawPath,
    path: canonicalPath(rawPath).path,
    rawQuery,
    headers: HeaderList.from(evidence.headers),
    clientAddress: client,
    protocol,
    signs: { sign: (kind) => signs[kind] ?? "" },
  });
  transaction.requestHead();
  if (bodyLacks === "end") transaction.requestBodyWindow(body);
  else if (body.length > 0) transaction.requestBody(body, HeaderList.from(evidence.trailers));
  return transaction;
}
