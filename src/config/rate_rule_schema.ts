import { z } from "zod";
import {
  LONGEST_RATE_PERIOD_SECONDS,
  MOST_RATE_COUNT,
  MOST_RATE_RULES,
  parseRateKey,
  RATE_ACTIONS,
  RATE_RULE_DEFAULTS,
  RATE_RULE_PRESETS,
} from "../core/rate_rule.ts";
import { complain } from "./fields.ts";
import { conditionFaults, ConditionGroupInput } from "./transform_schema.ts";

const PRESET_NAMES = Object.keys(RATE_RULE_PRESETS);

const Key = z.string().max(160).check(complain((text: string) => {
  if (parseRateKey(text) !== null) return null;
  return {
    message: `"${text}" is no key`,
    remedy: "write client, path, jwt-sub, header:NAME or cookie:NAME",
  };
}));

const Name = z.string().check(complain((text: string) => {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(text)) return null;
  return {
    message: `"${text}" is no name of a rule`,
    remedy: "write lower-case letters, digits and hyphens",
  };
}));

const Status = z.number().int().min(400).max(599);

const Rule = z.strictObject({
  name: Name,
  when: ConditionGroupInput.optional(),
  key: Key.default(RATE_RULE_DEFAULTS.key),
  count: z.number().int().min(1).max(MOST_RATE_COUNT),
  period_seconds: z.number().int().min(1).max(LONGEST_RATE_PERIOD_SECONDS),
  statuses: z.array(Status).max(20).default([...RATE_RULE_DEFAULTS.statuses]),
  action: z.enum(RATE_ACTIONS).default(RATE_RULE_DEFAULTS.action),
  ban_seconds: z.number().int().min(10).max(86_400).default(RATE_RULE_DEFAULTS.ban_seconds),
}).check((payload) => {
  const { when, key, action } = payload.value;
  const complainAt = (path: (string | number)[], message: string, remedy: string) =>
    payload.issues.push({ code: "custom", path, message, params: { remedy }, input: payload.value });
  if (when !== undefined) {
    for (const fault of conditionFaults(when, false)) complainAt(fault.path, fault.message, fault.remedy);
  }
  if (action === "ban" && key === "path") {
    complainAt(["action"], "a path is everybody's: whoever came last would be banned", "count by client");
  }
});

/** One entry of `rate_rules`. `preset`: the fields that it leaves out are that preset's. */
const RateRuleInput = z.preprocess((value, context) => {
  if (typeof value !== "object" || value === null || !("preset" in value)) return value;
  const { preset, ...rest } = value as { readonly preset: unknown };
  const known = PRESET_NAMES.find((name) => name === preset);
  if (known !== undefined) return { ...RATE_RULE_PRESETS[known as "api"], ...rest };
  context.issues.push({
    code: "custom",
    path: ["preset"],
    message: `there is no preset ${JSON.stringify(preset)?.slice(0, 80)}`,
    params: { remedy: `write ${PRESET_NAMES.join(", ")}` },
    input: value,
  });
  return z.NEVER;
}, Rule);

export const RateRuleList = z.array(RateRuleInput).max(MOST_RATE_RULES).check(complain((rules) => {
  const names = rules.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined ? null : { message: `"${twice}" is named twice`, remedy: "name each rule once" };
}));
