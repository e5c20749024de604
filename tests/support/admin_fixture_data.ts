import type { OperationOutput } from "../../src/control/operation.ts";
import { DEFAULT_ERROR_PAGES } from "../../src/core/error_pages.ts";
import { TARGET_DEFAULTS } from "../../src/core/target.ts";
import { RATE_RULE_PRESETS } from "../../src/core/rate_rule.ts";
import { HostInput } from "../../src/config/host_schema.ts";

/** Invented data for the admin's pages: the usual, the long, and the hostile. */

/** 2026-11-22 14:38:07 UTC. */
export const NOW = 1_795_358_287_000;
const MINUTE = 60_000;
export const DAY = 86_400_000;

export type HostView = OperationOutput<"hosts.list">[number];
export type RuleView = OperationOutput<"rules.list">["rules"][number];

export const HOSTILE =
  `"><script>window.broken = 1</script><img src=x onerror="window.broken = 1">\u202egpj.exe\u200b\0`;

export function host(id: string, domains: string[], changes: Partial<HostView> = {}): HostView {
  const targets = [{
    id: `${id}-t1`,
    url: "http://10.20.0.21:8080",
    weight: 1,
    backup: false,
    role: "primary" as const,
    verify_tls: true,
    protocol: "http1" as const,
  }];
  return {
    id,
    ...HostInput.parse({ domains, targets: [{ url: targets[0]!.url }] }),
    targets,
    paths: [],
    waf: {
      mode: "enforce",
      paranoia: null,
      threshold: null,
      rules: {},
      learned: "score",
      response_bodies: false,
    },
    origin: "database",
    created_at: NOW - 9 * DAY,
    updated_at: NOW - DAY,
    version: 3,
    state: "serving",
    targets_state: targets.map((target) => ({
      id: target.id,
      url: target.url,
      up: true,
      text: "200 in 9 ms",
      checked_at: NOW - 4_000,
    })),
    switches: { under_attack: null, maintenance: null, waf_pause: null },
    requests_24h: 61_204,
    blocked_24h: 411,
    detected_24h: 41,
    ...changes,
  };
}

/** Something of everything that a host does on the way. */
const WIKI_WAYS: Partial<HostView> = {
  paths: [
    {
      prefix: "/files",
      challenge: { mode: "always" },
      targets: [{ ...TARGET_DEFAULTS, id: "h-wiki-p1", url: "http://10.20.0.40:9000", weight: 2 }],
      max_body_bytes: 1_073_741_824,
      timeouts: { response_head_ms: 120_000 },
      waf: { mode: "off" },
      request_headers: { set: { "x-area": HOSTILE }, add: {}, remove: ["cookie"] },
    },
    { regex: "^/w/(?:a|b)/", targets: [] },
  ],
  request_headers: { set: { "x-visitor": "${request.ip}" }, add: {}, remove: ["x-debug"] },
  rate_rules: [
    { ...RATE_RULE_PRESETS["sign-in"], statuses: [401, 403] },
    { ...RATE_RULE_PRESETS.api, statuses: [], key: "header:x-api-key", action: "ban", ban_seconds: 900 },
  ],
  transforms: [
    { action: "rewrite-path", regex: "^/old/(.*)$", to: "/$1" },
    {
      action: "redirect",
      to: "https://wiki.example.com/start",
      status: 302,
      keep_query: false,
      when: { join: "and", of: [{ target: "path", operator: "equals", value: "/" }] },
    },
    {
      action: "set-response-header",
      name: "cache-control",
      value: "no-store",
      when: {
        join: "or",
        of: [
          { target: "response-status", operator: "greater-than", value: 399 },
          { join: "and", of: [{ target: "path", operator: "starts-with", value: "/live" }] },
        ],
      },
    },
  ],
  error_pages: {
    ...DEFAULT_ERROR_PAGES,
    pages: {
      "503": { html: "<h1>{{STATUS_CODE}}</h1><script>window.broken = 1</script>", css: "", javascript: "" },
    },
    brand: HOSTILE,
    contact_email: "help@example.com",
  },
};

export function hosts(): HostView[] {
  const down = host("h-api", ["api.example.com"]);
  return [
    host("h-shop", ["shop.example.com", "www.shop.example.com"], {
      requests_24h: 388_120,
      blocked_24h: 19_829,
    }),
    {
      ...down,
      state: "down",
      targets_state: down.targets_state.map((target) => ({
        ...target,
        up: false,
        text: "connection refused",
      })),
    },
    host("h-wiki", ["wiki.example.com"], {
      ...WIKI_WAYS,
      waf: {
        mode: "detect",
        paranoia: 2,
        threshold: 8,
        rules: { "sqli-120": "detect" },
        learned: "score",
        response_bodies: false,
      },
    }),
    host("h-old", ["old.example.com"], {
      enabled: false,
      state: "disabled",
      requests_24h: 0,
      blocked_24h: 0,
      detected_24h: 0,
    }),
    host("h-moved", ["forum.example.com"], {
      kind: "redirect",
      redirect: { url: "https://community.example.com", keep_path: true, status: 301 },
      targets: [],
      targets_state: [],
    }),
    host("h-dead", ["given-up.example.com"], { kind: "dead", targets: [], targets_state: [] }),
    host("h-file", ["*.dev.a-rather-long-name-that-somebody-chose-for-testing.example.com"], {
      origin: "file",
    }),
  ];
}

const FAMILIES = [
  ["sql-injection", "SQL injection"],
  ["cross-site-scripting", "Cross-site scripting"],
  ["command-injection", "Command injection"],
  ["sensitive-files", "Sensitive files"],
  ["path-traversal", "Path traversal"],
  ["log4shell", "Log4Shell"],
  ["graphql", "GraphQL"],
] as const;

export function families(rules: readonly RuleView[]): OperationOutput<"rules.list">["families"] {
  return FAMILIES.map(([id, name]) => ({
    id,
    name,
    rules: rules.filter((rule) => rule.family === id).length,
    enabled: rules.filter((rule) => rule.family === id && rule.effective !== "off").length,
    switch: "inherit",
  }));
}

export function rules(): RuleView[] {
  const severities = ["critical", "high", "medium", "low"] as const;
  return Array.from({ length: 120 }, (_, i): RuleView => {
    const [family, name] = FAMILIES[i % FAMILIES.length] ?? FAMILIES[0];
    return {
      id: i === 0 ? "sqli-120" : `${family.slice(0, 4)}-${100 + i}`,
      name: i === 0 ? "UNION SELECT appends a second query" : `${name}, form ${i}`,
      why: "Whoever controls one value can append a query of their own and read other tables.",
      family,
      severity: severities[i % 4] ?? "low",
      action: "block",
      paranoia: ((i % 4) + 1) as 1 | 2 | 3 | 4,
      origin: i > 117 ? "custom" : "built-in",
      switch: i === 5 ? "detect" : "inherit",
      effective: i % 11 === 6 ? "off" : i === 5 ? "detect" : "on",
      targets: ["args", "arg-names", "cookies", "json"],
      tags: ["attack-sqli", "cwe-89"],
      findings_24h: i % 3 === 0 ? 8_213 - i * 60 : 0,
    };
  });
}

export function dashboard(range: "1h" | "24h" | "7d" | "30d"): OperationOutput<"analytics.dashboard"> {
  const buckets = 96;
  const bucket = 15 * MINUTE;
  const timeline = Array.from({ length: buckets }, (_, i) => ({
    at: NOW - (buckets - i) * bucket,
    allowed: Math.round(9_000 + 4_000 * Math.sin(i / 14)),
    detected: i % 9 === 0 ? 120 : 14,
    blocked: i > 90 ? 3_900 : i > 50 && i < 56 ? 1_700 : 60,
    challenged: 0,
  }));
  return {
    range,
    from: NOW - buckets * bucket,
    to: NOW,
    headline: {
      state: "attack",
      text: "shop.example.com is under attack, and it is being held",
      detail: "Every request over the threshold was refused.",
    },
    totals: {
      requests: 1_308_690,
      allowed: 1_275_630,
      detected: 4_680,
      blocked: 25_260,
      challenged: 0,
      latency_p95_ms: 84,
      added_p95_ms: 0.6,
      blocked_rate: 0.0193,
      requests_per_second: 26.2,
    },
    timeline,
    bucket_ms: bucket,
    top_clients: [5_140, 3_886, 1_902, 1_144, 512, 207].map((blocked, i) => ({
      client: i === 3 ? "2001:db8:77::1" : `203.0.113.${77 + i}`,
      country: i === 5 ? "" : ["FR", "US", "BR", "NL", "VN"][i]!,
      city: i === 0 ? "Lyon" : "",
      network: i === 1 ? `Example Net ${HOSTILE}` : "",
      requests: blocked + 40,
      blocked,
    })),
    countries: [["FR", "France", 14_120], ["US", "United States", 3_310], ["BR", "Brazil", 2_204], [
      "ZA",
      "South Africa",
      190,
    ]].map(([country, name, blocked]) => ({
      country: String(country),
      name: String(name),
      requests: Number(blocked) * 3,
      blocked: Number(blocked),
    })),
    top_hosts: hosts().slice(0, 4).map((each) => ({
      host_id: each.id,
      name: each.domains[0] ?? "",
      requests: each.requests_24h,
      blocked: each.blocked_24h,
    })),
    top_rules: rules().filter((rule) => rule.findings_24h > 0).slice(0, 6).map((rule) => ({
      rule_id: rule.id,
      name: rule.name,
      findings: rule.findings_24h,
      blocked: rule.findings_24h,
    })),
    targets: [
      {
        host_id: "h-api",
        host_name: "api.example.com",
        id: "t2",
        url: "http://10.20.0.12:8080",
        up: false,
        text: "connection refused",
        checked_at: NOW,
        since: NOW - 12 * MINUTE,
      },
      {
        host_id: "h-shop",
        host_name: "shop.example.com",
        id: "t1",
        url: "http://10.20.0.21:8080",
        up: true,
        text: "200 in 9 ms",
        checked_at: NOW,
        since: NOW - DAY,
      },
      {
        host_id: "h-wiki",
        host_name: "wiki.example.com",
        id: "t3",
        url: "http://10.20.0.31:8080",
        up: null,
        text: "not checked yet",
        checked_at: null,
        since: null,
      },
    ],
    targets_up: 1,
    attention: [
      {
        kind: "attack",
        severity: "down",
        title: "SQL injection scan on shop.example.com",
        text: "38 clients in 51 min; 14,313 requests were refused.",
        host_id: "h-shop",
        filter: { host: "shop.example.com", action: "blocked" },
      },
      {
        kind: "target-down",
        severity: "slow",
        title: "Target 10.20.0.12:8080 is down",
        text: "for 12 min: connection refused. No other target of api.example.com is left.",
        host_id: "h-api",
        filter: {},
      },
      {
        kind: "detect-only",
        severity: "off",
        title: "wiki.example.com only detects",
        text: "since 9 days; 41 findings in 24 h.",
        host_id: "h-wiki",
        filter: { host: "wiki.example.com", action: "detected" },
      },
    ],
    certificates_due: [{ id: "c1", names: ["forum.example.org"], expires_at: NOW + 3 * DAY }],
  };
}

export function users(): OperationOutput<"users.list"> {
  return [
    {
      id: "u1",
      name: "Mira Olsen",
      email: "mira@example.com",
      role: "owner",
      enabled: true,
      created_at: NOW - 90 * DAY,
      last_seen_at: NOW - 2_000,
    },
    {
      id: "u2",
      name: "Jonas",
      email: null,
      role: "operator",
      enabled: false,
      created_at: NOW - 30 * DAY,
      last_seen_at: null,
    },
  ];
}
