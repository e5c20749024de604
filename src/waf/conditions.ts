import { AegisError } from "../core/errors.ts";
import type { Condition, ConditionGroup } from "../core/condition.ts";
import { applyChain } from "./program/chain.ts";
import { comparisonFor } from "./operators/comparisons.ts";
import type { Comparison } from "./operators/comparison.ts";
import type { ValueKind } from "./targets/kinds.ts";
import { type Measure, parseMeasure, parseSelector, type Selector } from "./targets/selector.ts";
import type { Transformation } from "./transformations/transformation.ts";

/** A value of the request with the place it stood at. */
export interface PlacedValue {
  readonly kind: ValueKind;
  readonly name: string;
  readonly value: string;
}

/** What conditions may ask of a request. */
export interface RequestView {
  valuesOf(selector: Selector): readonly PlacedValue[];
}

/** The value that decided, for the finding; `value` may be empty where absence decided. */
export type Witness = PlacedValue;

export interface CompiledConditions {
  /** When everything that the conditions look at is known. */
  readonly phase: "request-headers" | "request-body" | "response-headers" | "response-body";
  /** The witness of the first condition that held, or null where the whole does not hold. */
  test(view: RequestView): Witness | null;
}

/** Depth of groups within groups. */
const MAX_DEPTH = 8;
const BODY_KINDS: readonly ValueKind[] = [
  "arg",
  "arg-name",
  "body",
  "bytes",
  "text",
  "json",
  "json-key",
  "xml",
  "xml-attribute",
  "multipart-name",
  "multipart-filename",
  "multipart-header",
  "file",
  "anomaly",
];

/** Compiles a group. Throws AegisError `invalid_input` for unknown targets, operators or unusable values. */
export function compileConditions(
  group: ConditionGroup,
  chain: readonly Transformation[],
): CompiledConditions {
  const kinds = new Set<ValueKind>();
  const test = compileGroup(group, chain, kinds, 1);
  return { phase: phaseOf(kinds), test };
}

function phaseOf(kinds: ReadonlySet<ValueKind>): CompiledConditions["phase"] {
  if (kinds.has("response-body")) return "response-body";
  if (kinds.has("response-header") || kinds.has("response-status")) return "response-headers";
  return BODY_KINDS.some((kind) => kinds.has(kind)) ? "request-body" : "request-headers";
}

type Test = (view: RequestView) => Witness | null;

function compileGroup(
  group: ConditionGroup,
  chain: readonly Transformation[],
  kinds: Set<ValueKind>,
  depth: number,
): Test {
  if (depth > MAX_DEPTH) {
    throw new AegisError("invalid_input", `condition groups are nested over ${MAX_DEPTH} deep`);
  }
  if (group.of.length === 0) throw new AegisError("invalid_input", "a condition group is empty");
  const tests = group.of.map((each) =>
    "join" in each ? compileGroup(each, chain, kinds, depth + 1) : compileCondition(each, chain, kinds)
  );
  return group.join === "and" ? (view) => everyOf(tests, view) : (view) => someOf(tests, view);
}

function everyOf(tests: readonly Test[], view: RequestView): Witness | null {
  let first: Witness | null = null;
  for (const test of tests) {
    const witness = test(view);
    if (witness === null) return null;
    first ??= witness;
  }
  return first;
}

function someOf(tests: readonly Test[], view: RequestView): Witness | null {
  for (const test of tests) {
    const witness = test(view);
    if (witness !== null) return witness;
  }
  return null;
}

function compileCondition(
  condition: Condition,
  chain: readonly Transformation[],
  kinds: Set<ValueKind>,
): Test {
  const measure = parseMeasure(condition.target);
  const selector = measure?.of ?? parseSelector(condition.target);
  if (selector === null) throw new AegisError("invalid_input", `unknown target "${condition.target}"`);
  for (const kind of selector.kinds) kinds.add(kind);
  const comparison = comparisonFor(condition);
  const values = measure === null
    ? (view: RequestView) => view.valuesOf(selector)
    : (view: RequestView) => [measured(measure, view)];
  const test = (view: RequestView) => firstThatHolds(comparison, chain, values(view));
  if (condition.negated !== true) return test;
  return (view) =>
    test(view) === null ? { kind: selector.kinds[0]!, name: selector.name ?? "", value: "" } : null;
}

function measured(measure: Measure, view: RequestView): PlacedValue {
  const values = view.valuesOf(measure.of);
  const size = () => values.reduce((sum, each) => sum + each.value.length, 0);
  const number = measure.measure === "count" ? values.length : size();
  return { kind: measure.of.kinds[0]!, name: measure.measure, value: String(number) };
}

function firstThatHolds(
  comparison: Comparison,
  chain: readonly Transformation[],
  values: readonly PlacedValue[],
): Witness | null {
  for (const each of values) if (comparison(applyChain(chain, each.value))) return each;
  return null;
}
