import { z } from "zod";
import type { ConditionGroup } from "../../core/condition.ts";
import { operatorNamed, targetNamed } from "../condition_names.ts";
import { correlateSchema } from "../correlation/correlate_schema.ts";

const nameList = z.array(z.string().min(1).max(100)).max(50);

/** What a request may be made of; what is absent is that of an ordinary browser's GET. */
const requestShape = {
  method: z.string().max(20).optional(),
  /** As sent, without query. */
  path: z.string().max(8192).optional(),
  /** As sent, percent-encoded where it is to be. */
  query: z.string().max(65536).optional(),
  /** Query parameters as plain text; they are encoded. */
  args: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])).optional(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  /** Cookies as they stand in the field. */
  cookies: z.record(z.string(), z.string()).optional(),
  user_agent: z.string().optional(),
  /** The body as it stands; `content_type` says what it is. */
  body: z.string().optional(),
  body_base64: z.string().optional(),
  content_type: z.string().optional(),
  /** A body of form fields as plain text; they are encoded. */
  form: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  /** Any value; sent as JSON. */
  json: z.unknown().optional(),
  xml: z.string().optional(),
  multipart: z.array(z.strictObject({
    name: z.string(),
    filename: z.string().optional(),
    content_type: z.string().optional(),
    content: z.string(),
  })).optional(),
  client: z.string().optional(),
  /** What is known of the client besides. */
  signs: z.strictObject({
    country: z.string().optional(),
    asn: z.number().int().optional(),
    fingerprint: z.string().optional(),
    "bot-score": z.number().int().optional(),
    ja4: z.string().optional(),
  }).optional(),
};
const responseShape = {
  status: z.number().int().optional(),
  headers: z.record(z.string(), z.string()).optional(),
};

/** Fields of a request as a rule's tests write them. */
export const exampleRequestSchema = z.strictObject({
  ...requestShape,
  response: z.strictObject({ ...responseShape, body: z.string().optional() }).optional(),
}).refine(hasOneBody, {
  message: "only one of body, body_base64, form, json, xml, multipart can be the body",
});

export type ExampleRequest = z.infer<typeof exampleRequestSchema>;

/** One request of a sequence, with what is known once it was answered. */
const exampleStepSchema = z.strictObject({
  ...requestShape,
  /** So many like it; `{n}` in path, query, body and client is its number from 1. */
  repeat: z.int().min(1).max(1_000).optional(),
  /** Seconds after the request before it; 1 where absent. */
  after: z.number().min(0).max(86_400).optional(),
  /** Rules or families that found something in it. */
  found: nameList.optional(),
  response: z.strictObject({
    ...responseShape,
    body: z.string().optional(),
    size: z.int().min(0).optional(),
    latency_ms: z.number().min(0).optional(),
  }).optional(),
}).refine(hasOneBody, {
  message: "only one of body, body_base64, form, json, xml, multipart can be the body",
});

export type ExampleStep = z.infer<typeof exampleStepSchema>;

/** Requests in the order in which they come, for a correlated rule. */
export const exampleSequenceSchema = z.array(exampleStepSchema).min(1).max(200);

export type ExampleSequence = z.infer<typeof exampleSequenceSchema>;

export function isSequence(example: ExampleRequest | ExampleSequence): example is ExampleSequence {
  return Array.isArray(example);
}

function hasOneBody(each: z.infer<z.ZodObject<typeof requestShape>>): boolean {
  const bodies = [each.body, each.body_base64, each.form, each.json, each.xml, each.multipart];
  return bodies.filter((body) => body !== undefined).length <= 1;
}

const exampleSchema = z.union([exampleRequestSchema, exampleSequenceSchema]);

/** `target`, or `field` with its display name; the operator by its own or its display name. */
const conditionSchema = z.strictObject({
  target: z.string().min(1).max(200).optional(),
  field: z.string().min(1).max(200).optional(),
  operator: z.string().min(1).max(40),
  value: z.union([z.string().max(4096), z.number(), z.array(z.string().max(1024)).max(5000)]).optional(),
  case_sensitive: z.boolean().optional(),
  negated: z.boolean().optional(),
}).refine((each) => (each.target === undefined) !== (each.field === undefined), {
  message: "a condition names one target",
  path: ["target"],
}).transform((each) => {
  const { operator, negated } = operatorNamed(each.operator);
  return {
    target: targetNamed(each.target ?? each.field ?? ""),
    operator,
    ...(each.value === undefined ? {} : { value: each.value }),
    ...(each.case_sensitive === undefined ? {} : { caseSensitive: each.case_sensitive }),
    ...((each.negated ?? false) !== negated ? { negated: true } : {}),
  };
});

const conditionGroupSchema: z.ZodType<ConditionGroup> = z.lazy(() =>
  z.strictObject({
    join: z.enum(["and", "or"]).default("and"),
    of: z.array(z.union([conditionSchema, conditionGroupSchema])).min(1).max(50),
  })
);

const matchSchema = z.union([
  z.strictObject({ regex: z.string().min(1).max(8192) }),
  z.strictObject({ phrases: z.array(z.string().min(1).max(1024)).min(1).max(5000) }),
  z.strictObject({ detect: z.enum(["sqli", "xss", "card-number"]) }),
  z.strictObject({ conditions: conditionGroupSchema }),
  z.strictObject({ correlate: correlateSchema }),
], { error: "exactly one of regex, phrases, detect (sqli, xss, card-number), conditions, correlate" });

/** A rule as files, API and UI write it (spec 02, Rule schema). */
export const ruleSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, "1 to 64 of a–z, 0–9, dot, dash, underscore"),
  name: z.string().min(1).max(200),
  why: z.string().min(1).max(2000),
  severity: z.enum(["low", "medium", "high", "critical"]).default("medium"),
  action: z.enum(["block", "allow", "challenge", "log", "redirect"]).default("block"),
  /** Where `redirect` leads: a path of the same site, or a whole http(s) URL. */
  redirect_url: z.string().max(2048).regex(
    // deno-lint-ignore no-control-regex -- a line end in it would end the Location field
    /^(?:\/(?![/\\])|https?:\/\/[^\s/])[^\s\x00-\x1f\x7f]*$/,
    "a path as /blocked, or a whole http(s) URL",
  ).optional(),
  paranoia: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).default(1),
  targets: nameList.min(1).optional(),
  transform: nameList.optional(),
  match: matchSchema,
  /** `skip`: a broad rule, which counts only in short values: documents may hold its words and snippets. */
  documents: z.enum(["match", "skip"]).default("match"),
  /** The value's learned score must agree (spec 02, Learned second opinion). */
  confirm: z.boolean().default(false),
  tests: z.strictObject({
    match: z.array(exampleSchema).min(1),
    pass: z.array(exampleSchema).min(1),
  }).optional(),
  category: z.string().min(1).max(64).optional(),
  enabled: z.boolean().default(true),
  tags: nameList.default([]),
  owasp_ids: nameList.optional(),
  cve_ids: nameList.optional(),
  host: z.string().min(1).max(253).optional(),
});

export type WrittenRule = z.output<typeof ruleSchema>;

/** A file of `rules/`. */
export const ruleFileSchema = z.strictObject({
  family: z.string().regex(/^[a-z0-9-]{1,64}$/, "1 to 64 of a–z, 0–9, dash"),
  /** What the family is about, for the rules page. */
  description: z.string().max(2000).optional(),
  rules: z.array(ruleSchema).min(1).max(5000),
});
