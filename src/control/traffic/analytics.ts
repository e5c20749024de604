import { parseAddress } from "../../lib/ip.ts";
import { targetsOf } from "../../core/host_path.ts";
import type { Bodies, Context } from "../body.ts";
import { attention, headline } from "./attention.ts";
import { domainOf } from "../hosts/host_names.ts";
import type { Control } from "../control.ts";
import { nameOf } from "../geo/country_names.ts";
import { shownAddress } from "../sight.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Length of each range, and of one bucket of its timeline. */
const RANGES = Object.freeze({
  "1h": { ms: HOUR_MS, bucketMs: MINUTE_MS },
  "24h": { ms: DAY_MS, bucketMs: 15 * MINUTE_MS },
  "7d": { ms: 7 * DAY_MS, bucketMs: 2 * HOUR_MS },
  "30d": { ms: 30 * DAY_MS, bucketMs: 12 * HOUR_MS },
});

const TOP = 8;
/** A certificate of the operator's own is due this long before its end; those of the local CA renew themselves. */
const DUE_MS = 21 * DAY_MS;

type Range = keyof typeof RANGES;
type Span = { readonly from: number; readonly to: number };
type Names =
  | "analytics.dashboard"
  | "analytics.timeline"
  | "analytics.top_ips"
  | "analytics.top_hosts"
  | "analytics.top_rules";

export const analyticsBodies: Bodies<Names> = {
  "analytics.dashboard": { read: (context, { range }) => dashboard(context, range) },
  "analytics.timeline": {
    read: ({ control }, { range }) => {
      const span = rangeSpan(control, range);
      return { ...span, bucket_ms: RANGES[range].bucketMs, timeline: timeline(control, span, range) };
    },
  },
  "analytics.top_ips": {
    read: (context, { range, limit }) => {
      const span = rangeSpan(context.control, range);
      return { ...span, top_clients: topClients(context, span, limit) };
    },
  },
  "analytics.top_hosts": {
    read: ({ control }, { range, limit }) => {
      const span = rangeSpan(control, range);
      return { ...span, top_hosts: topHosts(control, span, limit) };
    },
  },
  "analytics.top_rules": {
    read: ({ control }, { range, limit }) => {
      const span = rangeSpan(control, range);
      return { ...span, top_rules: topRules(control, span, limit) };
    },
  },
};

/** From so long ago until now. */
export function rangeSpan({ clock }: Control, range: Range): Span {
  const to = clock.now();
  return { from: to - RANGES[range].ms, to };
}

function dashboard(context: Context, range: Range) {
  const { control } = context;
  const { analytics } = control.store;
  const span = rangeSpan(control, range);
  const { to } = span;
  const sums = analytics.totals(span);
  const requests = sums.allowed + sums.detected + sums.blocked + sums.challenged;
  const targets = targetStates(control);
  const due = certificatesDue(control);
  const items = attention(control, { targets, due });
  return {
    range,
    ...span,
    headline: headline(control, { items, requests, range }),
    totals: {
      requests,
      allowed: sums.allowed,
      detected: sums.detected,
      blocked: sums.blocked,
      challenged: sums.challenged,
      latency_p95_ms: analytics.latencyMs(span, "total", 0.95),
      added_p95_ms: analytics.latencyMs(span, "added", 0.95),
      blocked_rate: requests === 0 ? null : sums.blocked / requests,
      requests_per_second: lastMinuteRate(control, to),
    },
    timeline: timeline(control, span, range),
    bucket_ms: RANGES[range].bucketMs,
    top_clients: topClients(context, span, TOP),
    top_hosts: topHosts(control, span, TOP),
    countries: analytics.countries(span).filter(({ country }) => country !== "").map(
      ({ country, requests, blocked }) => ({ country, name: nameOf(country), requests, blocked }),
    ),
    top_rules: topRules(control, span, TOP),
    targets,
    targets_up: targets.filter((target) => target.up === true).length,
    attention: items,
    certificates_due: due,
  };
}

function placeOf(control: Control, client: string) {
  const words = parseAddress(client);
  const place = words === null ? null : control.geo?.geo.lookUp(words) ?? null;
  const network = place?.organisation ?? (place?.asn === undefined ? "" : `AS${place.asn}`);
  return { country: place?.country ?? "", city: place?.city ?? "", network };
}

function timeline(control: Control, span: Span, range: Range) {
  return control.store.analytics.timeline(span, RANGES[range].bucketMs).map(
    ({ at, allowed, detected, blocked, challenged }) => ({ at, allowed, detected, blocked, challenged }),
  );
}

function topClients(context: Context, span: Span, limit: number) {
  const { control } = context;
  return control.store.analytics.topClients(span, limit).map(({ client, requests, blocked }) => ({
    client: shownAddress(context, client),
    ...placeOf(control, client),
    requests,
    blocked,
  }));
}

function topHosts(control: Control, span: Span, limit: number) {
  const known = control.store.analytics.hosts(span).filter((each) => each.hostId !== "");
  return known.slice(0, limit).map((each) => ({
    host_id: each.hostId,
    name: domainOf(control, each.hostId) ?? each.hostId,
    requests: each.allowed + each.detected + each.blocked + each.challenged,
    blocked: each.blocked,
  }));
}

function topRules(control: Control, span: Span, limit: number) {
  return control.store.analytics.rules(span).slice(0, limit).map(({ ruleId, requests, blocked }) => ({
    rule_id: ruleId,
    name: control.rules.nameOf(ruleId),
    findings: requests,
    blocked,
  }));
}

/** The last whole minute, because the one that runs is not yet all there. */
function lastMinuteRate(control: Control, now: number): number {
  const to = now - now % MINUTE_MS;
  const { allowed, detected, blocked, challenged } = control.store.analytics.totals({
    from: to - MINUTE_MS,
    to,
  });
  return Math.round((allowed + detected + blocked + challenged) / 6) / 10;
}

/** Those that are down first, then those not checked yet. */
function targetStates(control: Control) {
  const rank = (up: boolean | null) => up === false ? 0 : up === null ? 1 : 2;
  return control.hosts().filter((host) => host.enabled).flatMap((host) =>
    targetsOf(host).map((target) => ({
      host_id: host.id,
      host_name: host.domains[0]!,
      id: target.id,
      url: target.url,
      ...stateOf(control, target.id),
    }))
  ).sort((a, b) => rank(a.up) - rank(b.up));
}

/** What the checks say, and what traffic found where the two differ. */
function stateOf(control: Control, id: string) {
  const state = control.targets.state(id);
  const { breaker } = control.traffic.target(id);
  return breaker === "closed" ? state : { ...state, text: `${state.text}, breaker ${breaker}` };
}

function certificatesDue(control: Control) {
  const before = control.clock.now() + DUE_MS;
  return control.store.certificates.list()
    .filter((each) => each.origin !== "local-ca" && each.notAfter < before)
    .map((each) => ({ id: each.id, names: [...each.names], expires_at: each.notAfter }));
}
