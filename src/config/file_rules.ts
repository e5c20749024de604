import { stringify } from "yaml";
import type { Rule } from "../core/rule.ts";
import { checkExamples, checkRule } from "../waf/rule_files/rule_check.ts";
import { ruleFrom } from "../waf/rule_files/rule_defaults.ts";
import { ruleSchema } from "../waf/rule_files/rule_schema.ts";
import { fieldErrors, type PlacedError } from "./schema_errors.ts";

/** A rule that the file declares, plain data. */
export interface FileRule {
  readonly rule: Rule;
  /** YAML of it alone, with its tests. */
  readonly definition: string;
}

/** Of one file; what has more is imported. */
const MOST_RULES = 1_000;

/**
 * The rules of `rules:`, as rule files have them (spec 02, Rule schema), and every fault among them. Their tests must be
 * there; `aegis rule test --all` runs them with those of all others.
 */
export function readRules(raw: readonly unknown[]): { rules: FileRule[]; errors: PlacedError[] } {
  const rules: FileRule[] = [];
  const errors: PlacedError[] = [];
  const at = (path: readonly PropertyKey[], message: string, remedy: string, atKey = false) => {
    const whole = ["rules", ...path];
    errors.push({ path: whole, atKey, field: whole.join("."), message, remedy });
  };
  if (raw.length > MOST_RULES) {
    at([], `${raw.length} rules`, `declare at most ${MOST_RULES}, import the others`);
  }
  for (const [index, block] of raw.slice(0, MOST_RULES).entries()) {
    const read = ruleSchema.safeParse(block);
    if (!read.success) {
      for (const error of fieldErrors(ruleSchema, read.error)) {
        const path = ["rules", index, ...error.path];
        errors.push({ ...error, path, field: path.join(".") });
      }
      continue;
    }
    const { tests, ...written } = read.data;
    const rule = ruleFrom(
      written.host === undefined ? written : { ...written, host: written.host.toLowerCase() },
      written.category ?? "custom",
      "custom",
    );
    if (tests === undefined) {
      at(
        [index, "tests"],
        "is missing",
        "add tests with at least one request under match and one under pass",
      );
    }
    const faults = [...checkRule(rule), ...(tests === undefined ? [] : checkExamples(rule, tests))];
    for (const { field, message, remedy } of faults) {
      const path = field.split(".").map((key) => /^\d+$/.test(key) ? Number(key) : key);
      at([index, ...path], message, remedy ?? "");
    }
    const twin = rules.some((each) => each.rule.id === rule.id);
    if (twin) at([index, "id"], `"${rule.id}" is named twice`, "give every rule an id of its own");
    rules.push({ rule, definition: stringify(block, { lineWidth: 0 }) });
  }
  return { rules, errors };
}
