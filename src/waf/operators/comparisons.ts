import { AegisError } from "../../core/errors.ts";
import type { Condition } from "../../core/condition.ts";
import type { Comparison } from "./comparison.ts";
import { compilePattern } from "../regex/pattern.ts";
import { ipInRange } from "./ip_in_range.ts";

type Maker = (condition: Condition) => Comparison;

/** Every operator that a condition may name; `negated` makes the "does not" form of each. */
const MAKERS: Readonly<Record<string, Maker>> = Object.freeze({
  "equals": (c) => textual(c, (value, wanted) => value === wanted),
  "contains": (c) => textual(c, (value, wanted) => value.includes(wanted)),
  "starts-with": (c) => textual(c, (value, wanted) => value.startsWith(wanted)),
  "ends-with": (c) => textual(c, (value, wanted) => value.endsWith(wanted)),
  "matches": matches,
  "in-list": inList,
  "greater-than": (c) => numeric(c, (value, bound) => value > bound),
  "less-than": (c) => numeric(c, (value, bound) => value < bound),
  "exists": () => () => true,
  "ip-in-range": (c) => ipInRange(listOf(c)),
});

export const CONDITION_OPERATORS: readonly string[] = Object.freeze(Object.keys(MAKERS));

/** Throws AegisError `invalid_input` for an unknown operator or a value that it cannot use. */
export function comparisonFor(condition: Condition): Comparison {
  const make = Object.hasOwn(MAKERS, condition.operator) ? MAKERS[condition.operator] : undefined;
  if (make === undefined) throw new AegisError("invalid_input", `unknown operator "${condition.operator}"`);
  return make(condition);
}

function textual(condition: Condition, compare: (value: string, wanted: string) => boolean): Comparison {
  const wanted = textOf(condition);
  if (condition.caseSensitive === true) return (value) => compare(value, wanted);
  const lowered = wanted.toLowerCase();
  return (value) => compare(value.toLowerCase(), lowered);
}

function matches(condition: Condition): Comparison {
  const pattern = textOf(condition);
  const { regex } = compilePattern(pattern);
  if (condition.caseSensitive !== true) return (value) => regex.test(value.toLowerCase());
  const exact = new RegExp(pattern);
  return (value) => exact.test(value);
}

function inList(condition: Condition): Comparison {
  const fold = condition.caseSensitive === true
    ? (text: string) => text
    : (text: string) => text.toLowerCase();
  const list = new Set(listOf(condition).map(fold));
  return (value) => list.has(fold(value));
}

function numeric(condition: Condition, compare: (value: number, bound: number) => boolean): Comparison {
  const bound = Number(condition.value);
  if (!Number.isFinite(bound)) {
    throw new AegisError("invalid_input", `operator "${condition.operator}" needs a number as value`);
  }
  return (value) => value.trim() !== "" && compare(Number(value), bound);
}

function textOf(condition: Condition): string {
  if (typeof condition.value === "string" || typeof condition.value === "number") {
    return String(condition.value);
  }
  throw new AegisError("invalid_input", `operator "${condition.operator}" needs a text as value`);
}

function listOf(condition: Condition): readonly string[] {
  if (Array.isArray(condition.value)) return condition.value as readonly string[];
  if (typeof condition.value === "string") return [condition.value];
  throw new AegisError("invalid_input", `operator "${condition.operator}" needs a list as value`);
}
