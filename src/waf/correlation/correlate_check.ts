import type { Correlation } from "../../core/correlation.ts";
import { AegisError, type FieldError } from "../../core/errors.ts";
import type { ConditionGroup } from "../../core/condition.ts";
import { nearest } from "../../lib/nearest.ts";
import { CONDITION_OPERATORS } from "../operators/comparisons.ts";
import { linearProblem, patternRemedy } from "../regex/pattern.ts";
import { FIELD_NAMES, fieldReader } from "./fields.ts";
import { compilePredicates } from "./predicates.ts";

const AT = "match.correlate";

/** Everything that keeps a correlated rule of the right shape from running, at its field. */
export function checkCorrelation(rule: Correlation): FieldError[] {
  return [
    ...checkSteps(rule),
    ...(rule.predicates === null ? [] : checkPredicates(`${AT}.predicates`, rule.predicates)),
  ];
}

function checkSteps(
  { sequenceMode, threshold, triggerRules, uniqueFields, predicates }: Correlation,
): FieldError[] {
  const problems: FieldError[] = [];
  const steps = triggerRules.length;
  if (sequenceMode === "any") {
    if (steps === 0 && predicates === null && uniqueFields.length === 0) {
      problems.push({
        field: AT,
        message: "every request would count",
        remedy: "say which ones do: trigger_rules, predicates or unique_fields",
      });
    }
    return problems;
  }
  if (steps < threshold) {
    problems.push({
      field: `${AT}.threshold`,
      message: `${threshold} steps are asked for, and trigger_rules has ${steps}`,
      remedy: "list more steps in trigger_rules, or lower the threshold",
    });
  } else if (sequenceMode === "ordered" && steps !== threshold) {
    problems.push({
      field: `${AT}.threshold`,
      message: "in order means every step",
      remedy: `write threshold: ${steps}, the number of steps in trigger_rules`,
    });
  }
  if (uniqueFields.length > 0) {
    problems.push({
      field: `${AT}.unique_fields`,
      message: `sequence_mode ${sequenceMode} counts steps, not requests`,
      remedy: "remove unique_fields, or write sequence_mode: any",
    });
  }
  return problems;
}

function checkPredicates(field: string, group: ConditionGroup): FieldError[] {
  const problems: FieldError[] = [];
  for (const [i, each] of group.of.entries()) {
    const at = `${field}.of.${i}`;
    if ("join" in each) problems.push(...checkPredicates(at, each));
    else if (fieldReader(each.target) === null) {
      problems.push(unknownName(`${at}.field`, "field", each.target, FIELD_NAMES));
    } else if (!CONDITION_OPERATORS.includes(each.operator)) {
      problems.push(unknownName(`${at}.operator`, "operator", each.operator, CONDITION_OPERATORS));
    } else if (each.operator === "matches") {
      const problem = linearProblem(String(each.value ?? ""));
      if (problem !== null) {
        problems.push({
          field: `${at}.value`,
          message: `regex refused: ${problem}`,
          remedy: patternRemedy(problem),
        });
      }
    }
  }
  if (problems.length > 0) return problems;
  try {
    compilePredicates(group);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof AegisError)) throw thrown;
    return [{ field, message: thrown.message }];
  }
}

function unknownName(field: string, kind: string, name: string, known: readonly string[]): FieldError {
  const close = nearest(name, known);
  return {
    field,
    message: `unknown ${kind} "${name}"`,
    remedy: close === null ? `one of ${known.join(", ")}` : `did you mean "${close}"?`,
  };
}

/** Steps that name no rule and no family: they would never be met. */
export function unknownTriggers(rule: Correlation, isKnown: (name: string) => boolean): FieldError[] {
  return rule.triggerRules.flatMap((step, i) =>
    step.filter((name) => !isKnown(name)).map((name): FieldError => ({
      field: `${AT}.trigger_rules.${i}`,
      message: `there is no rule and no family "${name}"`,
      remedy: "write the id of a rule or the name of a family, as the rules page shows them",
    }))
  );
}
