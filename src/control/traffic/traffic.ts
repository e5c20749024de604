import { botPoints, botReasons } from "../../shield/bots/score.ts";
import type { ProgramSigns } from "../../core/program_signs.ts";
import { AegisError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { targetsOf } from "../../core/host_path.ts";
import { isReason } from "../../core/reason.ts";
import { canonicalAddress, parseAddress } from "../../lib/ip.ts";
import { seenAs } from "../../store/traffic_sample.ts";
import type { TrafficCriteria, TrafficDetail, TrafficRow } from "../../store/traffic_types.ts";
import type { Answer, Bodies, Context } from "../body.ts";
import type { Control } from "../control.ts";
import { evidenceNote } from "./evidence_bodies.ts";
import { findingView } from "./finding_view.ts";
import { nameOf } from "../geo/country_names.ts";
import type { OperationArguments } from "../operation.ts";
import { seesAddresses, shownAddress } from "../sight.ts";

const DAY_MS = 86_400_000;

type Criteria = Omit<OperationArguments<"traffic.query">, "exclude" | "from" | "to" | "before" | "limit">;

export const trafficBodies: Bodies<"traffic.query" | "traffic.get"> = {
  "traffic.query": {
    read: (context, input) => {
      const { control } = context;
      const { exclude, from, to, before, limit } = input;
      const page = control.store.traffic.query({
        ...criteria(context, input),
        ...(exclude === undefined ? {} : { exclude: criteria(context, exclude) }),
        textSeesClients: seesAddresses(context),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(before === undefined ? {} : { before }),
        limit,
      });
      return {
        rows: page.rows.map((row) => rowView(context, row)),
        next: page.next,
        total: null,
        searched_to: page.searchedTo,
      };
    },
  },
  "traffic.get": {
    read: (context, { id }) => {
      const { control } = context;
      const counting = control.store.traffic.get(id);
      if (counting === null) {
        throw new AegisError(
          "not_found",
          "there is no such request in the log; it may have left with its retention",
        );
      }
      const row = seenAs(counting, id);
      const facts = control.store.traffic.client(row.client, control.clock.now() - DAY_MS);
      return {
        ...detailView(context, row),
        counted_in: row.id === counting.id ? null : counting.id,
        report: reportOf(control, [row.id, counting.id, ...row.samples.map((sample) => sample.id)]),
        evidence: evidenceNote(control, row),
        neighbours: control.store.traffic.neighbours(id),
        client_facts: {
          requests_24h: facts.requests,
          blocked_24h: facts.blocked,
          first_seen: facts.firstSeen,
        },
      };
    },
  },
};

/** Of the first of these requests that somebody calls a mistake. */
function reportOf({ store }: Control, requestIds: readonly string[]): Answer<"traffic.get">["report"] {
  for (const id of new Set(requestIds)) {
    const report = store.mistakeReports.get(id);
    if (report !== null) return { at: report.at, text: report.text };
  }
  return null;
}

function rowView(context: Context, row: TrafficRow) {
  return {
    ...shared(context, row),
    rules: row.ruleIds.map((id) => ({ id, name: context.control.rules.nameOf(id) })),
  };
}

/** Whose network it is now, where it is still the one that the row names; empty: not known. */
function organisationOf({ geo }: Control, { client, asn }: TrafficDetail): string {
  const words = asn === null ? null : parseAddress(client);
  const place = words === null ? null : geo?.geo.lookUp(words) ?? null;
  return place?.asn === asn ? place?.organisation ?? "" : "";
}

function detailView(context: Context, row: TrafficDetail) {
  const { control } = context;
  const host = control.hosts().find((each) => each.id === row.hostId);
  return {
    ...shared(context, row),
    last_at: row.lastAt,
    host_name: host?.domains[0] ?? null,
    protocol: row.protocol,
    scheme: row.scheme,
    country_name: row.country === null ? "" : nameOf(row.country),
    city: row.city ?? "",
    asn: row.asn,
    organisation: organisationOf(control, row),
    user_agent: row.userAgent,
    program: row.program === null ? null : programView(row.program),
    request_bytes: row.requestBytes,
    upstream_ms: row.upstreamMs < 0 ? null : row.upstreamMs,
    waf_ms: row.wafMs,
    target_id: row.targetId,
    target_url: targetUrl(host, row.targetId),
    threshold: row.threshold,
    findings: row.findings.filter((finding) => finding.requestId === null).map(findingView),
    samples: row.samples.map(({ userAgent, ...sample }) => ({ ...sample, user_agent: userAgent })),
  };
}

function programView({ botMarks, fingerprint, http2, ja4 }: ProgramSigns) {
  return { bot_score: botPoints(botMarks), reasons: botReasons(botMarks), fingerprint, http2, ja4 };
}

function shared(context: Context, row: TrafficRow | TrafficDetail) {
  return {
    id: row.id,
    at: row.at,
    host_id: row.hostId,
    host: row.host,
    client: shownAddress(context, row.client),
    country: row.country ?? "",
    method: row.method,
    target: row.target,
    status: row.status,
    action: row.action,
    reason: row.reason,
    detail: row.detail,
    latency_ms: row.latencyMs,
    response_bytes: row.responseBytes,
    score: row.score,
    count: row.count,
  };
}

function criteria(context: Context, input: Criteria): TrafficCriteria {
  // [SECURITY] Who sees addresses masked cannot find them out by asking for each.
  if (input.client !== undefined && !seesAddresses(context)) {
    throw new AegisError("forbidden", "your role sees client addresses masked, so it cannot filter by them");
  }
  return {
    ...(input.host === undefined ? {} : { hostId: hostIdOf(context.control, input.host) }),
    ...(input.client === undefined ? {} : { client: canonicalAddress(input.client) }),
    ...statusCriteria(input.status),
    ...(input.action === undefined ? {} : { action: input.action }),
    ...(input.rule === undefined ? {} : { ruleId: input.rule }),
    ...(input.reason === undefined ? {} : { reason: reasonOf(input.reason) }),
    ...(input.method === undefined ? {} : { method: input.method.toUpperCase() }),
    ...(input.country === undefined ? {} : { country: input.country }),
    ...(input.asn === undefined ? {} : { asn: Number(input.asn) }),
    ...(input.q === undefined ? {} : { text: input.q }),
  };
}

function statusCriteria(status: Criteria["status"]): Pick<TrafficCriteria, "status" | "statusClass"> {
  if (status === undefined) return {};
  const text = String(status);
  return text.endsWith("xx") ? { statusClass: Number(text[0]) } : { status: Number(text) };
}

/** A host that is gone still has its rows: then its id is asked for as it is. */
function hostIdOf(control: Control, idOrDomain: string): string {
  const wanted = idOrDomain.toLowerCase();
  return control.hosts().find((host) => host.domains.includes(wanted))?.id ?? idOrDomain;
}

function targetUrl(host: Host | undefined, targetId: string): string | null {
  if (host === undefined) return null;
  return targetsOf(host).find((target) => target.id === targetId)?.url ?? null;
}

function reasonOf(text: string) {
  if (isReason(text)) return text;
  throw new AegisError("invalid_input", `"${text}" is not a reason`, {
    fields: [{
      field: "reason",
      message: `"${text}" is not a reason`,
      remedy: "one of the closed list, e.g. waf, ban, malformed",
    }],
  });
}
