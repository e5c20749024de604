import { z } from "zod";
import { Country } from "../../config/country_schema.ts";
import { count, exchangeAction, id, nothing, ruleAction, search, severity, timestamp } from "./common.ts";
import { contract } from "../operation_contract.ts";

export const findingView = z.strictObject({
  source: z.enum(["rule", "learned", "correlation"]),
  rule_id: z.string(),
  rule_name: z.string(),
  family: z.string(),
  severity,
  action: ruleAction,
  points: z.number(),
  phase: z.string(),
  /** Where the value stood: `args:id`, `headers:user-agent`, `json:user.name`. */
  target: z.string(),
  value: z.string(),
  steps: z.array(z.strictObject({ transformation: z.string(), output: z.string() })),
  /** Start and end of the match inside the last step's output (or `value`), in characters. */
  span: z.tuple([z.int(), z.int()]),
  /** What the learned model said of the value; null: it was not asked. */
  learned: z.strictObject({
    score: z.number(),
    threshold: z.number(),
    /** What weighed most; offsets as those of `span`. */
    pieces: z.array(z.strictObject({ start: z.int(), end: z.int(), weight: z.number() })),
  }).nullable(),
});

/** What a list shows. */
const row = {
  id,
  at: timestamp,
  host_id: z.string(),
  /** Name the client asked for. */
  host: z.string(),
  client: z.string(),
  /** ISO 3166-1 alpha-2; empty: not known. */
  country: z.string(),
  method: z.string(),
  /** Path and query. */
  target: z.string(),
  status: z.int(),
  action: exchangeAction,
  reason: z.string().nullable(),
  detail: z.string(),
  latency_ms: z.number(),
  response_bytes: z.number(),
  score: z.number(),
  /** Refusals of one client with one reason on one host within 10 s are one row. */
  count,
};

/** One line of the traffic page and of the live tail. */
export const trafficRow = z.strictObject({
  ...row,
  /** The rules that found something, the heaviest first. */
  rules: z.array(z.strictObject({ id: z.string(), name: z.string() })),
});

const filter = {
  /** Host id or one of its domains. */
  host: z.string().max(253).optional(),
  client: z.string().max(64).optional(),
  /** A status, or a class of them. */
  status: z.union([
    z.int(),
    z.string().regex(/^(?:\d{1,3}|[1-5]xx)$/, "is no status: 403, or a class as 4xx"),
  ])
    .optional(),
  action: exchangeAction.optional(),
  rule: z.string().max(128).optional(),
  reason: z.string().max(32).optional(),
  method: z.string().max(32).optional(),
  country: Country.optional(),
  /** Number of the client's autonomous system. */
  asn: z.union([z.int().min(1).max(4_294_967_295), z.string().regex(/^\d{1,10}$/, "a number as 64500")])
    .optional(),
  /** Words in path and query, user agent, host, detail or address; or a request id. */
  q: search.optional(),
};

/** What the log is filtered by, as REST and the filter line name it. */
export const TRAFFIC_FILTERS = Object.keys(filter) as readonly (keyof typeof filter)[];

export const trafficFilter = z.strictObject({
  ...filter,
  /** Leaves out what fits any of these. */
  exclude: z.strictObject(filter).optional(),
  from: timestamp.optional(),
  to: timestamp.optional(),
});

/** By what the client's program can be told apart; null in rows of earlier versions and of unread heads. */
const program = z.strictObject({
  /** From 4 on a request looks automated. */
  bot_score: z.int(),
  reasons: z.array(z.strictObject({ points: z.int(), text: z.string() })),
  fingerprint: z.string(),
  http2: z.string(),
  ja4: z.string(),
});

/** What of a kept body is not there: only its beginning is (`end`), or it was never read as a whole (`all`). */
const bodyLacks = z.enum(["nothing", "end", "all"]);

export const trafficContract = {
  "traffic.query": contract({
    summary: "The request log, newest first",
    role: "viewer",
    changes: false,
    input: z.strictObject({
      ...trafficFilter.shape,
      /** Cursor: `next` of the page before. */
      before: z.string().max(200).optional(),
      limit: z.int().min(1).max(500).default(50),
    }),
    output: z.strictObject({
      rows: z.array(trafficRow),
      next: z.string().nullable(),
      /** null: not counted. */
      total: count.nullable(),
      /** How far back this page looked before it stopped at its budget; null: nothing was left out. */
      searched_to: timestamp.nullable(),
    }),
  }),
  "traffic.reports": contract({
    summary: "Refusals of the last thirty days that visitors call mistakes, newest first",
    role: "viewer",
    changes: false,
    input: z.strictObject({}),
    output: z.array(z.strictObject({
      request_id: id,
      at: timestamp,
      host_name: z.string().nullable(),
      client: z.string(),
      /** In the visitor's words; may be empty. */
      text: z.string(),
      /** Of the request; empty where it has left the log. */
      method: z.string(),
      target: z.string(),
      reason: z.string().nullable(),
    })),
  }),
  "traffic.close_report": contract({
    summary: "Take a visitor's report off the list",
    role: "operator",
    changes: true,
    input: z.strictObject({ id }),
    output: nothing,
  }),
  "traffic.evidence": contract({
    summary: "A request that rules refused as it came, with secrets reduced to their shape",
    role: "operator",
    changes: false,
    input: z.strictObject({ id }),
    output: z.strictObject({
      request_id: id,
      at: timestamp,
      until: timestamp,
      method: z.string(),
      target: z.string(),
      protocol: z.string(),
      headers: z.array(z.strictObject({ name: z.string(), value: z.string() })),
      /** At most 32,768 characters; null: it is compressed or no text, so that secrets in it could not be hidden. */
      body: z.string().nullable(),
      /** Of the body, as they are kept. */
      body_bytes: count,
      body_lacks: bodyLacks,
    }),
  }),
  "traffic.replay": contract({
    summary: "Judge a kept request again, by the rules and exceptions of now",
    role: "operator",
    changes: false,
    input: z.strictObject({ id }),
    output: z.strictObject({
      request_id: id,
      /** Of mode enforce. */
      verdict: z.enum(["allowed", "blocked", "challenged", "redirected"]),
      score: z.number(),
      threshold: z.number(),
      body_lacks: bodyLacks,
      findings: z.array(findingView),
      /** Rules that found something when it came and find nothing now; and the other way round. */
      gone: z.array(z.string()),
      fresh: z.array(z.string()),
    }),
  }),
  "traffic.get": contract({
    summary: "One request with its findings and what else is known of the client",
    role: "viewer",
    changes: false,
    input: z.strictObject({ id }),
    output: z.strictObject({
      ...row,
      /** Time of the last refusal that the row counts. */
      last_at: timestamp,
      /** First domain of the host that answered. */
      host_name: z.string().nullable(),
      protocol: z.string(),
      scheme: z.string(),
      /** In English; empty: not known, as is the city. */
      country_name: z.string(),
      city: z.string(),
      /** Number of the client's autonomous system; null: not known. */
      asn: z.int().nullable(),
      /** Whose that is, by the database of now; empty: not known. */
      organisation: z.string(),
      user_agent: z.string(),
      program: program.nullable(),
      request_bytes: z.number(),
      upstream_ms: z.number().nullable(),
      waf_ms: z.number(),
      target_id: z.string(),
      target_url: z.string().nullable(),
      score: z.number(),
      threshold: z.number(),
      findings: z.array(findingView),
      /** The row that counts it, where it is not that row's own request: whose sizes and times these are. */
      counted_in: id.nullable(),
      /** What the visitor says of it; null: nothing. */
      report: z.strictObject({ at: timestamp, text: z.string() }).nullable(),
      /** Among those that the row counts. */
      samples: z.array(z.strictObject({
        id,
        at: timestamp,
        method: z.string(),
        target: z.string(),
        status: z.int(),
        detail: z.string(),
        user_agent: z.string(),
      })),
      /** The whole request is kept for replay; null: it is not. */
      evidence: z.strictObject({ until: timestamp, body_lacks: bodyLacks }).nullable(),
      neighbours: z.strictObject({ newer: id.nullable(), older: id.nullable() }),
      client_facts: z.strictObject({
        requests_24h: count,
        blocked_24h: count,
        first_seen: timestamp.nullable(),
      }),
    }),
  }),
};
