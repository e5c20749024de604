import type { Host } from "../../core/host.ts";
import { contains, parseAddress, parseCidr } from "../../lib/ip.ts";
import type { StoredException } from "../../store/exceptions.ts";
import type { TrafficRow } from "../../store/traffic_types.ts";
import type { Answer, Bodies, Context } from "../body.ts";
import type { Control } from "../control.ts";
import { passesNow } from "./exception_preview.ts";
import { findHost } from "../hosts/hosts.ts";
import { shownAddress } from "../sight.ts";

const DAY_MS = 86_400_000;
/** So long a host is judged before its findings say what enforcing would do (spec 02, Modes). */
const DAYS = 7;
const MOST_ROWS = 500;
const MOST_GROUPS = 20;
/** Requests that are shown; the traffic page has all. */
const MOST_SHOWN = 25;

/** What `enforce` would have refused of the last days of a host in `detect`, by the log. */
export const readinessBodies: Bodies<"hosts.readiness"> = {
  "hosts.readiness": {
    read: (context, { id }) => readiness(context, findHost(context.control, id)),
  },
};

function readiness(context: Context, host: Host): Answer<"hosts.readiness"> {
  const { control } = context;
  const to = control.clock.now();
  const from = to - DAYS * DAY_MS;
  const sums = control.store.analytics.totals({ from, to }, host.id);
  const changes = control.store.audit.modeChanges(from).filter((each) => each.hostId === host.id);
  const judgedSince = changes.find((each) => each.from === "off")?.at ?? from;
  const daysSeen = Math.min(daysWithTraffic(control, host.id, to), Math.floor((to - judgedSince) / DAY_MS));
  const { rows, complete } = refusedRows(control, host, from);
  const passes = passingRows(control, host, rows);
  const left = rows.filter((row) => !passes.has(row.id));
  const [last] = changes;
  return {
    mode: host.waf.mode,
    days_seen: daysSeen,
    is_ready: host.waf.mode === "detect" && daysSeen >= DAYS,
    rolled_back_at: last?.to === "detect" && last.actorKind === "system" ? last.at : null,
    requests: sums.allowed + sums.detected + sums.blocked + sums.challenged,
    would_refuse: requestsIn(left),
    excepted: requestsIn(rows) - requestsIn(left),
    clients: new Set(left.map((row) => row.client)).size,
    groups: groups(context, left),
    complete,
  };
}

function requestsIn(rows: readonly TrafficRow[]): number {
  return rows.reduce((sum, row) => sum + row.count, 0);
}

/** Whole days since the first of the last seven on which the host had traffic. */
function daysWithTraffic(control: Control, hostId: string, to: number): number {
  for (let day = DAYS; day > 0; day--) {
    const from = to - day * DAY_MS;
    const { rows } = control.store.traffic.query({ hostId, from, to: from + DAY_MS, limit: 1 });
    if (rows.length > 0) return day;
  }
  return 0;
}

/** What rules would have refused while the host only detected, and what they did refuse while it enforced; newest first. */
function refusedRows(control: Control, host: Host, from: number) {
  const query = { hostId: host.id, from, limit: MOST_ROWS } as const;
  const detected = control.store.traffic.query({ ...query, action: "detected" });
  const blocked = control.store.traffic.query({ ...query, action: "blocked", reason: "waf" });
  const white = [...control.settings().whitelist_cidrs, ...host.whitelist_cidrs].flatMap((text) =>
    parseCidr(text) ?? []
  );
  // What a schema or a file scan noted has no rule; who is white-listed is never refused by one.
  const rows = [...detected.rows, ...blocked.rows].filter((row) => {
    const client = parseAddress(row.client);
    return row.ruleIds.length > 0 && !(client !== null && white.some((cidr) => contains(cidr, client)));
  });
  return {
    rows: rows.sort((a, b) => b.at - a.at),
    complete: detected.next === null && blocked.next === null,
  };
}

/** Ids of those that would pass with the exceptions there are by now. */
function passingRows(control: Control, host: Host, rows: readonly TrafficRow[]): Set<string> {
  const exceptions: StoredException[] = control.store.exceptions.list().filter((each) =>
    each.hostId === undefined || each.hostId === host.id
  );
  if (exceptions.length === 0) return new Set();
  const excepted = new Set(exceptions.map((each) => each.ruleId));
  return new Set(
    rows.filter((row) => row.ruleIds.some((id) => excepted.has(id))).flatMap((row) => {
      const request = control.store.traffic.get(row.id);
      return request !== null && passesNow(control, request, exceptions) ? [row.id] : [];
    }),
  );
}

/** By what would refuse them, most requests first; the newest of each, where an exception can be made. */
function groups(context: Context, rows: readonly TrafficRow[]) {
  const byRules = Map.groupBy(rows, (row) => [...row.ruleIds].sort().join(" "));
  const largest = [...byRules.values()].sort((a, b) => requestsIn(b) - requestsIn(a)).slice(0, MOST_GROUPS);
  let room = MOST_SHOWN;
  return largest.map((members) => {
    const shown = members.slice(0, Math.max(1, room));
    room -= shown.length;
    return {
      rules: members[0]!.ruleIds.map((id) => ({ id, name: context.control.rules.nameOf(id) })),
      requests: requestsIn(members),
      clients: new Set(members.map((row) => row.client)).size,
      samples: shown.map((row) => ({
        id: row.id,
        at: row.at,
        method: row.method,
        target: row.target,
        client: shownAddress(context, row.client),
        count: row.count,
        refused: row.action === "blocked",
      })),
    };
  });
}
