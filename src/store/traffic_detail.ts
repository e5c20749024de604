import type { ExchangeAction } from "../core/exchange.ts";
import type { DecodeStep, Finding } from "../core/finding.ts";
import type { LearnedEvidence } from "../core/learned_model.ts";
import type { ProgramSigns } from "../core/program_signs.ts";
import type { Reason } from "../core/reason.ts";
import type { Database } from "./database.ts";
import { timeOfKey } from "./traffic_key.ts";
import type { RefusalSample, StoredFinding, TrafficDetail } from "./traffic_types.ts";

interface DetailRow extends Omit<TrafficDetail, "at" | "samples" | "findings" | "program"> {
  readonly key: number;
  readonly action: ExchangeAction;
  readonly reason: Reason | null;
  readonly samples: string | null;
  readonly program: string | null;
}

interface FindingRow extends Omit<Finding, "steps" | "span" | "learned"> {
  readonly requestId: string | null;
  readonly steps: string;
  readonly spanStart: number;
  readonly spanEnd: number;
  readonly learned: string | null;
}

/** Everything that is stored of one row. */
export function readDetail(db: Database, key: number): TrafficDetail | null {
  const row = db.get<DetailRow>(
    `SELECT r.key, t.id, t.last_at AS lastAt, r.count, h.host_id AS hostId, t.host, r.client, p.country, p.city, p.asn, r.method, t.target,
       t.protocol, t.scheme, r.status, r.action, r.reason, t.detail, t.user_agent AS userAgent,
       t.request_bytes AS requestBytes, t.response_bytes AS responseBytes, t.latency_ms AS latencyMs,
       t.upstream_ms AS upstreamMs, t.waf_ms AS wafMs, t.target_id AS targetId, t.score, t.threshold, t.samples,
       t.program
     FROM requests AS r JOIN request_details AS t ON t.key = r.key JOIN traffic_hosts AS h ON h.ref = r.host_ref
       LEFT JOIN request_places AS p ON p.key = r.key
     WHERE r.key = ?`,
    key,
  );
  if (row === undefined) return null;
  const { key: _, samples, program, ...rest } = row;
  return {
    ...rest,
    at: timeOfKey(key),
    samples: samples === null ? [] : JSON.parse(samples) as RefusalSample[],
    program: program === null ? null : JSON.parse(program) as ProgramSigns,
    findings: readFindings(db, key),
  };
}

function readFindings(db: Database, key: number): StoredFinding[] {
  return db.all<FindingRow>(
    `SELECT request_id AS requestId, source, rule_id AS ruleId, rule_name AS ruleName, family, severity, action, points,
       phase, target, value, steps, span_start AS spanStart, span_end AS spanEnd, learned
     FROM findings WHERE key = ? ORDER BY n`,
    key,
  ).map(({ steps, spanStart, spanEnd, learned, ...finding }) => ({
    ...finding,
    steps: JSON.parse(steps) as DecodeStep[],
    span: [spanStart, spanEnd],
    ...(learned === null ? {} : { learned: JSON.parse(learned) as LearnedEvidence }),
  }));
}
