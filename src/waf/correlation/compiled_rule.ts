import type { CorrelatedRule } from "../../core/correlation_setup.ts";
import type { RequestDigest } from "../../core/request_digest.ts";
import { compilePredicates, type Predicate } from "./predicates.ts";

/** A correlated rule, ready to be asked whether a request counts for it. */
export interface CompiledRule {
  readonly rule: CorrelatedRule;
  /** A bit a step that the request meets; 0: it does not count. */
  stepsOf(digest: RequestDigest, found: readonly string[]): number;
}

/** Throws AegisError `invalid_input` where a predicate does not compile. */
export function compileCorrelated(rule: CorrelatedRule): CompiledRule {
  const { triggerRules, predicates } = rule.correlation;
  const steps = triggerRules.map((each) => new Set(each));
  const holds: Predicate = predicates === null ? () => true : compilePredicates(predicates);
  return {
    rule,
    stepsOf(digest, found) {
      const met = steps.length === 0 ? 1 : metBy(steps, found);
      return met !== 0 && holds(digest) ? met : 0;
    },
  };
}

function metBy(steps: readonly ReadonlySet<string>[], found: readonly string[]): number {
  let met = 0;
  for (const name of found) {
    for (let i = 0; i < steps.length; i++) if (steps[i]!.has(name)) met |= 1 << i;
  }
  return met;
}

/** Ids and families of what rules found in a request. */
export function foundNames({ found }: RequestDigest): readonly string[] {
  return found === "" ? NONE : found.split(/[\t\n]/);
}

/** Ids alone. */
export function foundIds({ found }: RequestDigest): string[] {
  return found === "" ? [] : found.split("\n").flatMap((line) => line === "" ? [] : [line.split("\t")[0]!]);
}

const NONE: readonly string[] = Object.freeze([]);
