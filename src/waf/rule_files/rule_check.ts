import { AegisError, type FieldError } from "../../core/errors.ts";
import type { Rule } from "../../core/rule.ts";
import type { ConditionGroup } from "../../core/condition.ts";
import { nearest } from "../../lib/nearest.ts";
import { compileConditions } from "../conditions.ts";
import { checkCorrelation } from "../correlation/correlate_check.ts";
import { CONDITION_OPERATORS } from "../operators/comparisons.ts";
import { linearProblem, patternRemedy } from "../regex/pattern.ts";
import { parseMeasure, parseSelector, TARGET_NAMES } from "../targets/selector.ts";
import { TRANSFORMATIONS } from "../transformations/table.ts";

/**
 * Everything that keeps a rule of the right shape from running, one entry a problem, with the field and what to
 * write instead. Empty: it compiles.
 */
export function checkRule(rule: Rule): FieldError[] {
  return [
    ...checkTargets(rule),
    ...checkTransforms(rule),
    ...checkMatch(rule),
    ...checkConfirm(rule),
    ...checkRedirect(rule),
  ];
}

function checkTargets(rule: Rule): FieldError[] {
  const problems: FieldError[] = [];
  if ("correlate" in rule.match && rule.targets.length > 0) {
    return [{
      field: "targets",
      message: "a correlated rule looks at whole requests",
      remedy: "remove targets; match.correlate.predicates name fields",
    }];
  }
  for (const [i, target] of rule.targets.entries()) {
    if (parseSelector(target) === null) {
      problems.push(unknownName(`targets.${i}`, "target", target, TARGET_NAMES));
    }
  }
  if (rule.targets.length === 0 && !("conditions" in rule.match) && !("correlate" in rule.match)) {
    problems.push({
      field: "targets",
      message: "no target",
      remedy: `list some of ${TARGET_NAMES.join(", ")}`,
    });
  }
  return problems;
}

function checkTransforms(rule: Rule): FieldError[] {
  return rule.transform.flatMap((name, i) =>
    TRANSFORMATIONS.has(name)
      ? []
      : [unknownName(`transform.${i}`, "transformation", name, [...TRANSFORMATIONS.keys()])]
  );
}

function checkMatch(rule: Rule): FieldError[] {
  if ("regex" in rule.match) return checkPattern("match.regex", rule.match.regex);
  if ("conditions" in rule.match) return checkConditions("match.conditions", rule.match.conditions);
  if ("correlate" in rule.match) return [...checkCorrelation(rule.match.correlate), ...checkAction(rule)];
  return [];
}

/** When a sequence is complete its requests are answered. */
function checkAction({ action }: Rule): FieldError[] {
  if (action === "block" || action === "log") return [];
  return [{
    field: "action",
    message: `a correlated rule cannot ${action}: it decides when its requests are over`,
    remedy: "write block (the client's next requests are refused) or log",
  }];
}

function checkRedirect(rule: Rule): FieldError[] {
  const leads = rule.redirectUrl !== undefined;
  if ((rule.action === "redirect") === leads) return [];
  return [
    leads
      ? {
        field: "redirect_url",
        message: "only action redirect leads anywhere",
        remedy: "remove redirect_url",
      }
      : {
        field: "redirect_url",
        message: "action redirect does not say where to",
        remedy: "add redirect_url: a path as /blocked, or a whole http(s) URL",
      },
  ];
}

/** [SECURITY] A linear score can be pushed down; it must not veto a precise rule. */
function checkConfirm(rule: Rule): FieldError[] {
  if (rule.confirm !== true) return [];
  const field = "confirm";
  if (rule.severity === "high" || rule.severity === "critical") {
    return [{
      field,
      message: `a rule of severity ${rule.severity} counts by itself`,
      remedy: "remove confirm, or make the severity medium or low",
    }];
  }
  if (!("conditions" in rule.match) && !("correlate" in rule.match)) return [];
  return [{ field, message: "this rule has no value to score", remedy: "remove confirm" }];
}

function checkPattern(field: string, pattern: string): FieldError[] {
  const problem = linearProblem(pattern);
  if (problem === null) return [];
  return [{
    field,
    message: `regex refused: ${problem}`,
    remedy: patternRemedy(problem),
  }];
}

/** Every fault of a group, at its field; empty: it compiles. */
export function checkConditions(field: string, group: ConditionGroup): FieldError[] {
  const problems: FieldError[] = [];
  for (const [i, each] of group.of.entries()) {
    const at = `${field}.of.${i}`;
    if ("join" in each) {
      problems.push(...checkConditions(at, each));
      continue;
    }
    if (parseSelector(each.target) === null && parseMeasure(each.target) === null) {
      problems.push(unknownName(`${at}.target`, "target", each.target, TARGET_NAMES));
    } else if (!CONDITION_OPERATORS.includes(each.operator)) {
      problems.push(unknownName(`${at}.operator`, "operator", each.operator, CONDITION_OPERATORS));
    } else if (each.operator === "matches") {
      problems.push(...checkPattern(`${at}.value`, String(each.value ?? "")));
    } else {
      // Target and operator are known: what is left to be wrong is the value.
      problems.push(...compileFaults(`${at}.value`, { join: "and", of: [each] }));
    }
  }
  return problems.length > 0 ? problems : compileFaults(field, group);
}

function compileFaults(field: string, group: ConditionGroup): FieldError[] {
  try {
    compileConditions(group, []);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof AegisError)) throw thrown;
    return [{ field, message: thrown.message }];
  }
}

/** A sequence is an example for a correlated rule, a request one for every other. */
export function checkExamples(
  rule: Rule,
  tests: { readonly match: readonly unknown[]; readonly pass: readonly unknown[] },
): FieldError[] {
  const wantsSequences = "correlate" in rule.match;
  return (["match", "pass"] as const).flatMap((list) =>
    tests[list].flatMap((example, i): FieldError[] =>
      Array.isArray(example) === wantsSequences ? [] : [{
        field: `tests.${list}.${i}`,
        message: wantsSequences
          ? "a correlated rule counts requests"
          : "only a correlated rule counts requests",
        remedy: wantsSequences ? "write a list of requests" : "write one request",
      }]
    )
  );
}

function unknownName(field: string, kind: string, name: string, known: readonly string[]): FieldError {
  const close = nearest(name, known);
  return {
    field,
    message: `unknown ${kind} "${name}"`,
    remedy: close === null ? `one of ${known.join(", ")}` : `did you mean "${close}"?`,
  };
}
