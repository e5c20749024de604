import { z } from "zod";
import { type Correlation, type GroupBy, UNIQUE_FIELDS } from "../../core/correlation.ts";
import type { ConditionGroup } from "../../core/condition.ts";
import { operatorNamed } from "../condition_names.ts";
import { fieldNamed } from "./fields.ts";
import { MOST_STEPS } from "./sequence.ts";

const ruleName = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, "the id of a rule or the name of a family");

/** `field` as `response.status`, or by the name that conditions of other rules call it. */
const predicateSchema = z.strictObject({
  field: z.string().min(1).max(200),
  operator: z.string().min(1).max(40),
  value: z.union([z.string().max(4096), z.number(), z.array(z.string().max(1024)).max(5000)]).optional(),
  case_sensitive: z.boolean().optional(),
  negated: z.boolean().optional(),
}).transform((each) => {
  const { operator, negated } = operatorNamed(each.operator);
  return {
    target: fieldNamed(each.field),
    operator,
    ...(each.value === undefined ? {} : { value: each.value }),
    ...(each.case_sensitive === undefined ? {} : { caseSensitive: each.case_sensitive }),
    ...((each.negated ?? false) !== negated ? { negated: true } : {}),
  };
});

const predicateGroupSchema: z.ZodType<ConditionGroup> = z.lazy(() =>
  z.strictObject({
    join: z.enum(["and", "or"]).default("and"),
    of: z.array(z.union([predicateSchema, predicateGroupSchema])).min(1).max(50),
  })
);

/** `match.correlate` as files, API and UI write it (spec 02, Correlation). */
export const correlateSchema = z.strictObject({
  window_seconds: z.int().min(1).max(3_600),
  threshold: z.int().min(2).max(1_000),
  group_by: z.string().regex(
    /^(?:source_ip|source_64|session|fingerprint|cookie:[!#$%&'*+^_`|~0-9A-Za-z.-]{1,100})$/,
    "source_ip, source_64, session, fingerprint, or cookie:NAME",
  ).default("source_64"),
  /** A list in the list: any of these is this step. */
  trigger_rules: z.array(z.union([ruleName, z.array(ruleName).min(1).max(100)])).max(MOST_STEPS).default([]),
  sequence_mode: z.enum(["any", "distinct", "ordered"]).default("any"),
  unique_fields: z.array(z.enum(UNIQUE_FIELDS)).max(UNIQUE_FIELDS.length).default([]),
  /** A list means that all of them hold. */
  predicates: z.union([
    z.array(z.union([predicateSchema, predicateGroupSchema])).max(50),
    predicateGroupSchema,
  ])
    .default([]),
}).transform((each): Correlation => ({
  windowSeconds: each.window_seconds,
  threshold: each.threshold,
  groupBy: each.group_by as GroupBy,
  triggerRules: each.trigger_rules.map((step) => Array.isArray(step) ? step : [step]),
  sequenceMode: each.sequence_mode,
  uniqueFields: each.unique_fields,
  predicates: groupOf(each.predicates),
}));

function groupOf(written: ConditionGroup | ConditionGroup["of"]): ConditionGroup | null {
  // Arrays have a `join` too.
  if ("of" in written) return written;
  return written.length === 0 ? null : { join: "and", of: written };
}
