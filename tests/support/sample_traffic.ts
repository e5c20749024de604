import type { Finding } from "../../src/core/finding.ts";
import type { RequestRecord } from "../../src/core/record.ts";
import type { TrafficFilter } from "../../src/store/traffic_types.ts";
import { testFinding } from "./test_finding.ts";

/** Made-up traffic of a given length, the same at every run: mostly allowed, some found, some refused. */
export interface SampleTraffic {
  /** The `i`-th request, in the order of time. */
  record(i: number): RequestRecord;
  /** Filters worth trying, selective and unselective ones, by a name that says so. */
  readonly filters: Readonly<Record<string, Omit<TrafficFilter, "limit">>>;
  readonly busiestClient: string;
}

const METHODS = ["GET", "GET", "GET", "GET", "GET", "GET", "POST", "POST", "PUT", "DELETE"] as const;
const AGENTS = [
  "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
  "Mozilla/5.0 (iPhone) Safari/605.1",
  "curl/8.15.0",
];
const HOSTS = 12;
const RULES = 150;
const BUSIEST = "203.0.113.250";

/** Requests spread evenly over `from` to `to` (milliseconds since 1970). */
export function sampleTraffic(span: { from: number; to: number; rows: number }): SampleTraffic {
  const stepMs = (span.to - span.from) / span.rows;
  const at = (i: number) => Math.floor(span.from + i * stepMs);
  return {
    record: (i) => sampleRecord(i, at(i)),
    busiestClient: BUSIEST,
    filters: {
      "host, one in two rows": { hostId: hostId(0) },
      "host, rare": { hostId: hostId(HOSTS - 1) },
      "client, one in five rows": { client: BUSIEST },
      "client, rare": { client: clientOf(777) },
      "client that never came": { client: "192.0.2.99" },
      "status 200": { status: 200 },
      "status 404": { status: 404 },
      "status that never was": { status: 418 },
      "allowed": { action: "allowed" },
      "blocked": { action: "blocked" },
      "reason waf": { reason: "waf" },
      "reason that never was": { reason: "geo" },
      "method PUT": { method: "PUT" },
      "rule, frequent": { ruleId: ruleId(0) },
      "rule, rare": { ruleId: ruleId(RULES - 1) },
      "one hour, 20 days ago": { from: span.to - 480 * 3_600_000, to: span.to - 479 * 3_600_000 },
      "blocked on a rare host": { hostId: hostId(HOSTS - 1), action: "blocked" },
      "busy client and busy host and 404": { client: BUSIEST, hostId: hostId(0), status: 404 },
      "two frequent ones that never meet": { client: BUSIEST, method: "POST" },
      "frequent rule on a busy host": { ruleId: ruleId(0), hostId: hostId(0) },
      "rule and a status it never has": { ruleId: ruleId(0), status: 404 },
      "all but allowed": { exclude: { action: "allowed" } },
      "all but what nearly everything is": { exclude: { action: "allowed", status: 403 }, status: 200 },
      "blocked, not by the most frequent rule": { action: "blocked", exclude: { ruleId: ruleId(0) } },
      "text in many paths": { text: "products" },
      "text in few paths": { text: "needle-7" },
      "text that never was": { text: "no such words" },
      "text that never was, of one host in one hour": {
        text: "no such words",
        hostId: hostId(0),
        from: span.to - 3_600_000,
      },
      "text within blocked": { text: "union", action: "blocked" },
      "not this text": { exclude: { text: "products" } },
    },
  };
}

function sampleRecord(i: number, at: number): RequestRecord {
  const roll = scatter(i);
  const blocked = roll % 100 < 4;
  const detected = !blocked && roll % 100 < 6;
  const client = roll % 5 === 3 ? BUSIEST : clientOf(scatter(i + 1));
  const rule = (scatter(i + 2) % RULES) * (scatter(i + 3) % 2);
  const status = blocked ? 403 : roll % 50 === 7 ? 404 : 200;
  const suffix = i % 100_003 === 0 ? "/needle-7" : "";
  return {
    id: `01K${String(i).padStart(23, "0")}`,
    at,
    hostId: hostId(
      roll % 2 === 0 ? 0 : scatter(i + 4) % 1_000 === 0 ? HOSTS - 1 : 1 + scatter(i + 5) % (HOSTS - 2),
    ),
    host: "shop.example.com",
    client,
    method: client === BUSIEST ? "GET" : METHODS[scatter(i + 6) % METHODS.length]!,
    target: `/products/${scatter(i + 7) % 5_000}/reviews?page=${roll % 30}${suffix}`,
    protocol: "HTTP/2",
    scheme: "https",
    status,
    action: blocked ? "blocked" : detected ? "detected" : "allowed",
    reason: blocked ? (roll % 3 === 0 ? "rate" : "waf") : null,
    detail: blocked || detected ? ruleId(rule) : "",
    userAgent: AGENTS[roll % AGENTS.length]!,
    program: { botMarks: roll % 8, fingerprint: "o0123456789abcdef", http2: "", ja4: "" },
    requestBytes: 400 + roll % 900,
    responseBytes: 2_000 + roll % 60_000,
    latencyMs: 3 + (roll % 1_000) / 10,
    upstreamMs: 2 + (roll % 1_000) / 10,
    wafMs: 0.3,
    targetId: "t1",
    score: blocked ? 5 : 0,
    threshold: 5,
    findings: blocked || detected ? [sampleFinding(ruleId(rule), roll)] : [],
  };
}

function sampleFinding(id: string, roll: number): Finding {
  return testFinding({
    ruleId: id,
    ruleName: "UNION SELECT appends a second query",
    value: `${roll % 1_000} UNION SELECT name FROM users`,
    steps: [{ transformation: "lowercase", output: `${roll % 1_000} union select name from users` }],
    span: [4, 16],
  });
}

function hostId(n: number): string {
  return `01JHOST${String(n).padStart(19, "0")}`;
}

function ruleId(n: number): string {
  return `sqli-${100 + n}`;
}

function clientOf(n: number): string {
  return `198.${18 + n % 2}.${(n >> 4) % 200}.${n % 251}`;
}

/** A number below 2^31 that looks random and is the same for the same `i` (Knuth's multiplicative hash, mixed). */
function scatter(i: number): number {
  let x = Math.imul(i + 1, 2_654_435_761);
  x = Math.imul(x ^ (x >>> 15), 2_246_822_519);
  return (x ^ (x >>> 13)) >>> 1;
}
