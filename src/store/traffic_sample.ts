import type { StoredFinding, TrafficDetail } from "./traffic_types.ts";

/**
 * The row as the request `id` saw it, where that is one of the samples that it counts: its own line, findings and
 * score. What is stored once a row (sizes, times, program) stays that of the row's own request. Another id, the row's
 * own among them, leaves the row as it is.
 */
export function seenAs(row: TrafficDetail, id: string): TrafficDetail {
  const sample = id === row.id ? undefined : row.samples.find((each) => each.id === id);
  if (sample === undefined) return row;
  const findings = row.findings.map((finding): StoredFinding => ({
    ...finding,
    requestId: finding.requestId === id ? null : finding.requestId ?? row.id,
  }));
  const own = findings.filter(({ requestId }) => requestId === null);
  return { ...row, ...sample, findings, score: own.reduce((sum, { points }) => sum + points, 0) };
}
