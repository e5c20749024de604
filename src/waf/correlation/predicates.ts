import { AegisError } from "../../core/errors.ts";
import type { RequestDigest } from "../../core/request_digest.ts";
import type { Condition, ConditionGroup } from "../../core/condition.ts";
import { comparisonFor } from "../operators/comparisons.ts";
import { fieldReader } from "./fields.ts";

export type Predicate = (digest: RequestDigest) => boolean;

/** Depth of groups within groups. */
const MAX_DEPTH = 8;

/** Compiles conditions over request and answer. Throws AegisError `invalid_input` for what it cannot use. */
export function compilePredicates(group: ConditionGroup, depth = 1): Predicate {
  if (depth > MAX_DEPTH) {
    throw new AegisError("invalid_input", `condition groups are nested over ${MAX_DEPTH} deep`);
  }
  const tests = group.of.map((each) =>
    "join" in each ? compilePredicates(each, depth + 1) : compileOne(each)
  );
  return group.join === "and"
    ? (digest) => tests.every((test) => test(digest))
    : (digest) => tests.some((test) => test(digest));
}

/** Every field that a group looks at. */
export function fieldsOf(group: ConditionGroup): string[] {
  return group.of.flatMap((each) => "join" in each ? fieldsOf(each) : [each.target]);
}

function compileOne(condition: Condition): Predicate {
  const read = fieldReader(condition.target);
  if (read === null) throw new AegisError("invalid_input", `unknown field "${condition.target}"`);
  const holds = comparisonFor(condition);
  const wanted = condition.negated !== true;
  return (digest) => {
    const value = read(digest);
    return (value !== null && holds(value)) === wanted;
  };
}
