import { z } from "zod";
import {
  count,
  exchangeAction,
  fieldError,
  id,
  note,
  nothing,
  paranoia,
  ruleAction,
  ruleSwitch,
  search,
  severity,
  timestamp,
} from "./common.ts";
import { findingView } from "./traffic.ts";
import { contract } from "../operation_contract.ts";

/** Import files are at most this large (spec 02, Custom rules). */
export const MAX_IMPORT_CHARS = 4 * 1024 * 1024;

export const ruleView = z.strictObject({
  id,
  name: z.string(),
  why: z.string(),
  family: z.string(),
  severity,
  action: ruleAction,
  paranoia,
  /** `file`: a custom rule that aegis.yml declares; it is changed there. */
  origin: z.enum(["built-in", "custom", "file"]),
  /** The switch that is set for the rule itself. */
  switch: ruleSwitch,
  /** What comes of rule, family switch and global paranoia where a host says nothing. */
  effective: z.enum(["off", "on", "detect", "block", "challenge"]),
  targets: z.array(z.string()),
  tags: z.array(z.string()),
  findings_24h: count,
});

const testRequest = z.strictObject({
  method: z.string().regex(/^[A-Za-z]{1,20}$/, "a method is letters, e.g. GET").default("GET"),
  /** Path and query as they would stand in the request line. */
  path: z.string().startsWith("/", "starts with /").max(65_536).regex(
    /^[^\s#]*$/,
    "white space and # must be percent-encoded",
  ),
  headers: z.array(z.tuple([
    z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/, "not a header name"),
    // deno-lint-ignore no-control-regex -- what is refused here
    z.string().max(16_384).regex(/^[^\r\n\x00]*$/, "a header value holds no line break"),
  ])).max(128).default([]),
  body: z.string().max(1_048_576).default(""),
});

/** One request of a sequence, with what would be known once it was answered. */
const sequenceStep = z.strictObject({
  ...testRequest.shape,
  client: z.string().max(64).default("192.0.2.1"),
  /** Seconds after the request before it. */
  after: z.number().min(0).max(86_400).default(1),
  /** So many like it; `{n}` in path, body and client is the number of each, from 1. */
  repeat: z.int().min(1).max(1_000).default(1),
  /** Rules or families that are to have found something, besides those that do. */
  found: z.array(z.string().min(1).max(64)).max(20).default([]),
  response: z.strictObject({
    status: z.int().min(100).max(599).default(200),
    headers: z.record(z.string().max(256), z.string().max(4_096)).default({}),
    body: z.string().max(65_536).default(""),
    /** Of the body, where it is not written out. */
    size: z.int().min(0).optional(),
    latency_ms: z.number().min(0).default(1),
  }).prefault({}),
});

export const sequenceRow = z.strictObject({
  n: z.int(),
  /** Seconds after the first. */
  at: z.number(),
  client: z.string(),
  method: z.string(),
  path: z.string(),
  status: z.int(),
  /** Rules that found something in it. */
  found: z.array(z.string()),
  /** Correlated rules that it met. */
  met: z.array(z.strictObject({ rule_id: z.string(), rule_name: z.string(), counted: count })),
});

export const ruleTestResult = z.strictObject({
  /** True where any rule found something. */
  matched: z.boolean(),
  /** What would happen to the request on a host in mode enforce. */
  verdict: z.enum(["allowed", "blocked", "challenged", "redirected"]),
  /** What happens on the named host, in its mode; the same as `verdict` where none is named. */
  action: z.enum(["allowed", "detected", "blocked", "challenged", "redirected"]),
  mode: z.enum(["off", "detect", "enforce"]),
  score: z.number(),
  threshold: z.number(),
  matched_target: z.string().nullable(),
  matched_value: z.string().nullable(),
  pattern_valid: z.boolean(),
  pattern_error: z.string().nullable(),
  processing_us: z.number(),
  findings: z.array(findingView),
  /** Where a sequence was run. */
  sequence: z.array(sequenceRow).optional(),
});

const ruleDetail = z.strictObject({
  ...ruleView.shape,
  /** YAML as it would stand in a rule file. */
  definition: z.string(),
  /** True: it is met by several requests of a client together. */
  is_correlated: z.boolean(),
  tests: z.strictObject({ match: z.array(z.unknown()), pass: z.array(z.unknown()) }),
  /** Of custom rules, grows with each change; 0: comes with Aegis. */
  version: z.int(),
});

/** As rule files have them: id, name, why, severity, action, targets, transform, match, tests, … */
const writtenRule = z.record(z.string().max(64), z.unknown());

export const rulesContract = {
  "rules.list": contract({
    summary: "Rules with their switches and what they found in 24 hours",
    role: "viewer",
    changes: false,
    input: z.strictObject({
      q: search.optional(),
      family: z.string().max(64).optional(),
      /** Host id or domain: `effective` as on that host. */
      host: z.string().max(253).optional(),
      state: z.enum(["on", "off", "changed", "found"]).optional(),
    }),
    output: z.strictObject({
      rules: z.array(ruleView),
      families: z.array(z.strictObject({
        id: z.string(),
        name: z.string(),
        rules: count,
        enabled: count,
        switch: ruleSwitch,
      })),
    }),
  }),
  "rules.get": contract({
    summary: "One rule with its definition and its tests",
    role: "viewer",
    changes: false,
    input: z.strictObject({ id }),
    output: ruleDetail,
  }),
  "rules.create": contract({
    summary: "Add one custom rule, in the fields of a rule file; without host it stands for every host",
    role: "operator",
    changes: true,
    input: z.strictObject({ rule: writtenRule }),
    output: ruleDetail,
  }),
  "rules.update": contract({
    summary: "Change a custom rule: the fields named (null takes one away), or its whole definition",
    role: "operator",
    changes: true,
    input: z.strictObject({
      id,
      rule: writtenRule.optional(),
      /** YAML of the whole rule, as `rules.get` shows it. */
      definition: z.string().max(65_536).optional(),
      version: z.int().optional(),
    }).refine((each) => (each.rule === undefined) !== (each.definition === undefined), {
      message: "give the fields that change, or the whole definition",
      path: ["rule"],
    }),
    output: ruleDetail,
  }),
  "rules.switch": contract({
    summary: "Set the global switch of a rule or family",
    role: "operator",
    changes: true,
    input: z.strictObject({ id, switch: ruleSwitch }),
    output: nothing,
  }),
  "rules.test": contract({
    summary:
      "Run a request through the engine and explain what it found; or a sequence, for correlated rules",
    role: "viewer",
    changes: false,
    input: z.strictObject({
      request: testRequest.optional(),
      sequence: z.array(sequenceStep).min(1).max(200).optional(),
      host: z.string().max(253).optional(),
      paranoia: paranoia.optional(),
      /** A rule in YAML that is run instead of the rules in force; for a sequence instead of the correlated ones. */
      rule: z.string().max(65_536).optional(),
    }).refine((each) => (each.request === undefined) !== (each.sequence === undefined), {
      message: "give a request, or a sequence of them",
      path: ["request"],
    }),
    output: ruleTestResult,
  }),
  "rules.backtest": contract({
    summary: "Run one rule over the request log: what it would have found, and what the log cannot show it",
    role: "viewer",
    changes: false,
    input: z.strictObject({
      /** A rule in force; or the YAML of one. */
      id: id.optional(),
      rule: z.string().max(65_536).optional(),
      days: z.int().min(1).max(90).default(7),
      /** Only requests to this host. */
      host: z.string().max(253).optional(),
    }).refine((each) => (each.id === undefined) !== (each.rule === undefined), {
      message: "name a rule by id, or write one",
      path: ["id"],
    }),
    output: z.strictObject({
      rule_id: z.string(),
      requests: count,
      matched: count,
      /** Of those matched, requests that were let pass when they came. */
      matched_allowed: count,
      clients: count,
      looked_back_to: timestamp,
      /** False: the time for one back-test was over before all days were seen. */
      complete: z.boolean(),
      /** What the rule looks at and the log does not hold. */
      unseen_targets: z.array(z.string()),
      /** Requests that were judged as a whole, with those targets, because they are kept as evidence. */
      seen_whole: count,
      samples: z.array(z.strictObject({
        id: z.string(),
        at: timestamp,
        host: z.string(),
        client: z.string(),
        method: z.string(),
        target: z.string(),
        status: z.int(),
        action: exchangeAction,
      })),
    }),
  }),
  "rules.bench": contract({
    summary: "What the rules in force cost a request, measured on their own harmless examples",
    role: "operator",
    changes: false,
    input: nothing,
    output: z.strictObject({
      requests: count,
      mean_us: z.number(),
      p50_us: z.number(),
      p99_us: z.number(),
      /** Each rule alone, the slowest first. */
      slowest: z.array(z.strictObject({ rule_id: z.string(), name: z.string(), mean_us: z.number() })),
    }),
  }),
  "rules.lint": contract({
    summary: "Check the text of a rule file, without keeping it",
    role: "viewer",
    changes: false,
    input: z.strictObject({ text: z.string().max(MAX_IMPORT_CHARS) }),
    output: z.strictObject({ ok: z.boolean(), rules: count, errors: z.array(fieldError) }),
  }),
  "rules.run_tests": contract({
    summary: "Run the tests inside every rule",
    role: "viewer",
    changes: false,
    input: nothing,
    output: z.strictObject({
      passed: count,
      failed: z.array(z.strictObject({ rule_id: id, kind: z.enum(["match", "pass"]), text: z.string() })),
    }),
  }),
  "rules.import": contract({
    summary: "Add custom rules: all or nothing",
    role: "operator",
    changes: true,
    input: z.strictObject({
      text: z.string().max(MAX_IMPORT_CHARS),
      format: z.enum(["yaml", "json"]).default("yaml"),
    }),
    output: z.strictObject({
      imported: count,
      /** Rules whose id another one had already. */
      renamed: z.array(z.strictObject({ from: id, to: id })),
    }),
  }),
  "rules.sets": contract({
    summary: "Rule sets that come with Aegis and can be imported",
    role: "viewer",
    changes: false,
    input: nothing,
    output: z.array(z.strictObject({
      id,
      name: z.string(),
      about: z.string(),
      rules: count,
      /** Of these, how many are there already. */
      imported: count,
    })),
  }),
  "rules.import_set": contract({
    summary: "Add the rules of a set that are not there yet",
    role: "operator",
    changes: true,
    input: z.strictObject({ id }),
    output: z.strictObject({ imported: count }),
  }),
  "rules.export": contract({
    summary: "The custom rules as YAML or JSON",
    role: "viewer",
    changes: false,
    input: z.strictObject({ format: z.enum(["yaml", "json"]).default("yaml") }),
    output: z.strictObject({ text: z.string() }),
  }),
  "rules.delete": contract({
    summary: "Delete a custom rule",
    role: "operator",
    changes: true,
    input: z.strictObject({ id }),
    output: nothing,
  }),
};

const previewSide = z.strictObject({ score: z.number(), refused: z.boolean() });

const exceptionScope = {
  rule_id: id,
  host_id: id.optional(),
  /** Exact, or a prefix where it ends in `*`. */
  path: z.string().startsWith("/", "a path starts with /").max(2_048).optional(),
  targets: z.array(z.string().min(1).max(256)).min(1).max(32).optional(),
  /** Of rule `learned` only: values that score higher are findings still. */
  up_to_score: z.number().min(-100).max(100).optional(),
};

export const exceptionView = z.strictObject({
  id,
  rule_id: id,
  rule_name: z.string(),
  host_id: id.nullable(),
  /** First domain of the host; null where the exception stands for every host. */
  host_name: z.string().nullable(),
  path: z.string().nullable(),
  targets: z.array(z.string()),
  /** Of rule `learned`: values that score higher are findings still; null: none is. */
  up_to_score: z.number().nullable(),
  note: z.string(),
  created_at: z.int(),
  created_by: z.string(),
});

export const exceptionsContract = {
  "exceptions.list": contract({
    summary: "What rules let pass, and where",
    role: "viewer",
    changes: false,
    input: z.strictObject({ host: z.string().max(253).optional() }),
    output: z.array(exceptionView),
  }),
  "exceptions.create": contract({
    summary:
      "Let a rule pass on a host, path and targets; with a request id it must cover that request's finding",
    role: "operator",
    changes: true,
    input: z.strictObject({ ...exceptionScope, note: note.optional(), request_id: id.optional() }),
    output: z.strictObject({
      ...exceptionView.shape,
      /** What it was tried on: the request's findings in the log, or the whole request where that is kept. */
      verified_by: z.enum(["nothing", "findings", "replay"]),
      /** Rules that would still refuse the request, by replay. */
      still_refused_by: z.array(z.string()),
    }),
  }),
  "exceptions.preview": contract({
    summary:
      "What exceptions would have made of a request in the log: by replay where it is kept, else by its findings",
    role: "viewer",
    changes: false,
    input: z.strictObject({
      request_id: id,
      exceptions: z.array(z.strictObject(exceptionScope)).min(1).max(32),
    }),
    output: z.strictObject({
      by: z.enum(["findings", "replay"]),
      before: previewSide,
      after: previewSide,
      threshold: z.number(),
      findings: z.array(z.strictObject({ rule_id: z.string(), target: z.string(), passes: z.boolean() })),
    }),
  }),
  "exceptions.delete": contract({
    summary: "Take an exception back",
    role: "operator",
    changes: true,
    input: z.strictObject({ id }),
    output: nothing,
  }),
};
