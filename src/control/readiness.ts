import type { Host } from "../core/host.ts";
import type { TrafficRow } from "../store/traffic_types.ts";
import type { Answer, Bodies, Context } from "./body.ts";
import type { Control } from "./control.ts";
import { findHost } from "./hosts.ts";
import { shownAddress } from "./sight.ts";

const DAY_MS = 86_400_000;
/** So long a host detects before its findings say what enforcing would do (spec 02, Modes). */
const DAYS = 7;
const MOST_ROWS = 500;
const MOST_GROUPS = 20;

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
  const page = control.store.traffic.query({ hostId: host.id, action: "detected", from, limit: MOST_ROWS });
  const daysSeen = daysWithTraffic(control, host.id, to);
  return {
    mode: host.waf.mode,
    days_seen: daysSeen,
    is_ready: host.waf.mode === "detect" && daysSeen >= DAYS,
    requests: sums.allowed + sums.detected + sums.blocked + sums.challenged,
    would_refuse: sums.detected,
    clients: new Set(page.rows.map((row) => row.client)).size,
    groups: groups(context, page.rows),
    /** The log holds more than were looked at. */
    complete: page.next === null,
  };
}

/** Days since the first of the last seven on which the host had traffic. */
function daysWithTraffic(control: Control, hostId: string, to: number): number {
  for (let day = DAYS; day > 0; day--) {
    const from = to - day * DAY_MS;
    const { rows } = control.store.traffic.query({ hostId, from, to: from + DAY_MS, limit: 1 });
    if (rows.length > 0) return day;
  }
  return 0;
}

/** By what would have refused them, most requests first; each with one request, where an exception can be made. */
function groups(context: Context, rows: readonly TrafficRow[]) {
  const byRules = Map.groupBy(rows, (row) => row.ruleIds.join(" "));
  return [...byRules.values()].sort((a, b) => b.length - a.length).slice(0, MOST_GROUPS).map((members) => {
    const [sample] = members;
    return {
      rules: sample!.ruleIds.map((id) => ({ id, name: context.control.rules.nameOf(id) })),
      requests: members.reduce((sum, row) => sum + row.count, 0),
      clients: new Set(members.map((row) => row.client)).size,
      sample: {
        id: sample!.id,
        method: sample!.method,
        target: sample!.target,
        client: shownAddress(context, sample!.client),
      },
    };
  });
}
