import type { OperationOutput } from "../../src/control/operation.ts";
import { HOSTILE, NOW } from "./admin_fixture_data.ts";

/** Invented requests for the admin's pages. */
export type TrafficRow = OperationOutput<"traffic.query">["rows"][number];
export type TrafficDetail = OperationOutput<"traffic.get">;
type Finding = TrafficDetail["findings"][number];

const DAY = 86_400_000;

export const FINDING: Finding = {
  source: "rule",
  rule_id: "sqli-120",
  rule_name: "UNION SELECT appends a second query",
  family: "sql-injection",
  severity: "critical",
  action: "block",
  points: 5,
  phase: "request-body",
  target: "args:message",
  value: "…solved+with%3A%0A%60UNION%2F**%2FALL%0ASELECT+null%2C+name%60",
  steps: [
    { transformation: "url-decode", output: "…solved with:\n`UNION/**/ALL\nSELECT null, name`" },
    { transformation: "replace-comments", output: "…solved with:\n`UNION ALL\nSELECT null, name`" },
    { transformation: "lowercase", output: "…solved with:\n`union all\nselect null, name`" },
    { transformation: "compress-whitespace", output: "…solved with: `union all select null, name`" },
  ],
  learned: null,
  span: [15, 36],
};

const HOSTILE_FINDING: Finding = {
  ...FINDING,
  rule_id: "cros-101",
  rule_name: "Script tag in a value",
  family: "cross-site-scripting",
  target: `args:${HOSTILE}`,
  value: HOSTILE,
  steps: [],
  span: [2, 10],
};

export function traffic(): TrafficRow[] {
  const actions = ["blocked", "allowed", "detected", "allowed", "challenged", "allowed"] as const;
  const paths = [
    "/product?id=1%27%2F**%2FUNION%0aALL%2F**%2FSELECT",
    "/api/albums/2026-alps",
    "/w/.git/config",
    "/",
    `/x?q=${HOSTILE}`,
  ];
  return Array.from({ length: 50 }, (_, i): TrafficRow => {
    const action = actions[i % actions.length] ?? "allowed";
    /** What no HTTP was, and so has neither method nor path. */
    const isUnread = i === 18;
    return {
      id: `01JD8F3K7QW2T9ABCDEFGH${String(i).padStart(4, "0")}`,
      at: NOW - i * 7_300,
      host_id: i % 7 === 6 ? "" : "h-shop",
      host: isUnread ? "" : i === 9 ? `${HOSTILE}.example` : "shop.example.com",
      client: i % 4 === 0 ? "2001:db8:4a::17" : `203.0.113.${70 + i}`,
      country: i % 4 === 0 ? "" : ["DE", "SE", "US", "BR"][i % 4] ?? "",
      method: isUnread ? "" : i % 5 === 0 ? "POST" : "GET",
      target: isUnread ? "" : paths[i % paths.length] ?? "/",
      status: action === "blocked" ? 403 : action === "challenged" ? 503 : 200,
      action,
      reason: isUnread
        ? "malformed"
        : action === "blocked"
        ? "waf"
        : action === "challenged"
        ? "challenge"
        : null,
      detail: "",
      latency_ms: 0.4 + i * 3.1,
      response_bytes: 12_400,
      score: action === "blocked" ? 5 : 0,
      count: i === 12 ? 412 : 1,
      rules: !isUnread && (action === "blocked" || action === "detected")
        ? [{ id: "sqli-120", name: "UNION SELECT appends a second query" }]
        : [],
    };
  });
}

export function trafficDetail(row: TrafficRow): TrafficDetail {
  const { rules: _, ...facts } = row;
  return {
    ...facts,
    last_at: row.at,
    counted_in: null,
    host_name: row.host_id === "" ? null : "shop.example.com",
    protocol: "HTTP/1.1",
    scheme: "https",
    country_name: row.country === "" ? "" : `Country ${row.country}`,
    city: row.country === "DE" ? "Hamburg" : "",
    asn: row.country === "DE" ? 64_500 : null,
    organisation: row.country === "DE" ? "Example Net" : "",
    user_agent: `Mozilla/5.0 ${HOSTILE}`,
    program: {
      bot_score: 4,
      reasons: [{ points: 3, text: "a program library as user agent, or none" }, {
        points: 1,
        text: "no Accept-Language",
      }],
      fingerprint: "o5f0c1d2e3a4b5c6d",
      http2: "1:65536;2:0;4:6291456;6:262144|15663105|0|m,a,s,p",
      ja4: "t13d1516h2_8daaf6152771_e5627efa2ab1",
    },
    request_bytes: 1_204,
    upstream_ms: row.action === "blocked" ? null : 9.2,
    waf_ms: 0.21,
    target_id: "h-shop-t1",
    target_url: row.action === "blocked" ? null : "http://10.20.0.21:8080",
    score: row.action === "allowed" ? 0 : 10,
    threshold: 5,
    findings: row.action === "allowed" || row.action === "challenged" ? [] : [FINDING, HOSTILE_FINDING],
    samples: row.count === 1 ? [] : [{
      id: row.id,
      at: row.at,
      method: "GET",
      target: `/sample?q=${HOSTILE}`,
      status: 403,
      detail: "",
      user_agent: "",
    }],
    report: row.action === "blocked" ? { at: NOW - 60_000, text: `I only wrote about ${HOSTILE}` } : null,
    evidence: row.action === "blocked" ? { until: NOW + 23 * 3_600_000, body_lacks: "nothing" } : null,
    neighbours: { newer: null, older: "01JD8F3K7QW2T9ABCDEFGH0001" },
    client_facts: { requests_24h: 5_212, blocked_24h: 5_140, first_seen: NOW - 214 * DAY },
  };
}

/** Its path is longer than a phone is wide, its body hostile. */
export function keptRequest(): OperationOutput<"traffic.evidence"> {
  return {
    request_id: "01JD8F3K7QW2T9ABCDEFGH0000",
    at: NOW,
    until: NOW + 23 * 3_600_000,
    method: "POST",
    target: `/product?id=1&${"x".repeat(200)}`,
    protocol: "HTTP/1.1",
    headers: [{ name: "host", value: "shop.example.com" }, { name: "cookie", value: "aaa=Aaa9" }],
    body: `name=${HOSTILE}&password=aaaa99`,
    body_bytes: 120,
    body_lacks: "end",
  };
}

export function replayResult(): OperationOutput<"traffic.replay"> {
  return {
    request_id: "01JD8F3K7QW2T9ABCDEFGH0000",
    verdict: "blocked",
    score: 10,
    threshold: 5,
    body_lacks: "end",
    findings: [FINDING, HOSTILE_FINDING],
    gone: ["xss-110"],
    fresh: [],
  };
}

export function mistakeReports(): OperationOutput<"traffic.reports"> {
  const report = (n: number, text: string, host_name: string | null) => ({
    request_id: `01JD8F3K7QW2T9ABCDEFGH00${String(n).padStart(2, "0")}`,
    at: NOW - n * 600_000,
    host_name,
    client: "203.0.113.77",
    text,
    method: host_name === null ? "" : "POST",
    target: host_name === null ? "" : `/comments?q=${HOSTILE}`,
    reason: host_name === null ? null : "waf",
  });
  return [report(1, `I only wrote about ${HOSTILE}`, "shop.example.com"), report(2, "", null)];
}
