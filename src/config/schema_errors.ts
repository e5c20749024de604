import { z } from "zod";
import type { FieldError } from "../core/errors.ts";
import { nearest } from "../lib/nearest.ts";

/** A FieldError that still knows its place as a path, so that a file's reader can find the line. */
export interface PlacedError extends FieldError {
  readonly path: readonly PropertyKey[];
  /** The key itself is at fault, not its value. */
  readonly atKey: boolean;
}

/** Every issue of a failed parse as a field, what is wrong, and what to write instead. */
export function fieldErrors(schema: z.ZodType, error: z.ZodError): PlacedError[] {
  return error.issues.flatMap((issue) => fromIssue(schema, issue, []));
}

function fromIssue(schema: z.ZodType, issue: z.core.$ZodIssue, base: readonly PropertyKey[]): PlacedError[] {
  const path = [...base, ...issue.path];
  const one = (message: string, remedy?: string): PlacedError[] => [
    { path, atKey: false, field: path.join("."), message, ...(remedy === undefined ? {} : { remedy }) },
  ];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey([...path, key], knownKeys(schema, path)));
    case "invalid_union": {
      const all = branches(issue);
      const own = all.map((issues) => issues.filter((each) => each.path.length > 0));
      // One branch that fits the value's shape and fails deeper tells more than "none of these".
      const deeper = own.filter((issues) => issues.length > 0);
      if (deeper.length === 1) return deeper[0]!.flatMap((each) => fromIssue(schema, each, path));
      const meant = meantBranch(all);
      if (meant !== null) return meant.flatMap((each) => fromIssue(schema, each, path));
      // The branch for this kind of value has looked at it, and knows the remedy.
      const said = all.flat().find((each) => each.code === "custom" && each.path.length === 0);
      if (said !== undefined) return fromIssue(schema, said, path);
      return one(unionText(issue), "write one of these");
    }
    case "custom":
      return one(issue.message, typeof issue.params?.remedy === "string" ? issue.params.remedy : undefined);
    case "invalid_type":
      return issue.message.includes("received undefined")
        ? one("is missing", `add ${String(path.at(-1) ?? "it")}: ${article(issue.expected)}`)
        : one(`expected ${article(issue.expected)}`, typeRemedy(issue.expected));
    case "invalid_value":
      return one(`expected ${issue.values.map((value) => String(value)).join(", ")}`, "write one of these");
    case "too_small":
      if (isNumber(issue.origin)) {
        return one(...numberText(schema, path, issue.minimum, issue.inclusive, "least"));
      }
      if (Number(issue.minimum) === 1) {
        return one(
          "is empty",
          issue.origin === "array" ? "add at least one" : "write at least one character",
        );
      }
      return one(
        sizeText(issue.origin, "at least", issue.minimum),
        issue.origin === "array" ? "add what is missing" : "write more",
      );
    case "too_big":
      if (isNumber(issue.origin)) {
        return one(...numberText(schema, path, issue.maximum, issue.inclusive, "most"));
      }
      return one(sizeText(issue.origin, "at most", issue.maximum), "write less");
    default:
      return one(issue.message);
  }
}

/** What each kind of value was told; a union within a union is one more list of kinds. */
function branches(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[][] {
  return issue.errors.flatMap((issues) => {
    const [first] = issues;
    return first?.code === "invalid_union" && first.path.length === 0 ? branches(first) : [issues];
  });
}

/** Of blocks that the value could have been, the one that it lacks least of; null: several are as near. */
function meantBranch(all: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | null {
  const blocks = all.filter((issues) =>
    issues.every((each) => each.path.length > 0 || each.code === "unrecognized_keys")
  );
  const costs = blocks.map((issues) =>
    issues.reduce((sum, each) => sum + (each.code === "unrecognized_keys" ? each.keys.length : 1), 0)
  );
  const least = Math.min(...costs);
  return costs.filter((cost) => cost === least).length === 1 ? blocks[costs.indexOf(least)]! : null;
}

/** The error for a key that nobody knows, with the nearest one that somebody does. */
function unknownKey(path: readonly PropertyKey[], known: readonly string[]): PlacedError {
  const key = String(path.at(-1));
  const meant = nearest(key, known);
  return {
    path,
    atKey: true,
    field: path.join("."),
    message: `unknown key "${key}"`,
    remedy: meant !== null
      ? `did you mean "${meant}"?`
      : known.length === 0
      ? "remove it"
      : `known here: ${known.toSorted().join(", ")}`,
  };
}

function unionText(issue: z.core.$ZodIssueInvalidUnion): string {
  const values = issue.errors.flat().flatMap((each) =>
    each.code === "invalid_value" ? each.values.map((value) => String(value)) : []
  );
  if (issue.message !== "Invalid input") return issue.message;
  return values.length > 0 ? `expected one of ${[...new Set(values)].join(", ")}` : issue.message;
}

function isNumber(origin: string): boolean {
  return origin === "number" || origin === "int" || origin === "bigint";
}

/** What is wrong with a number and what to write, with the unit that its name says. */
function numberText(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  limit: number | bigint,
  inclusive: boolean | undefined,
  bound: "least" | "most",
): [message: string, remedy: string] {
  const unit = unitOf(path);
  const withUnit = (value: number | bigint) =>
    unit === "" ? `${value}` : `${value} ${Number(value) === 1 ? unit.replace(/s\b/, "") : unit}`;
  const [lowest, highest] = rangeOf(schema, path);
  const message = inclusive === false
    ? `must be ${bound === "least" ? "more" : "less"} than ${withUnit(limit)}`
    : `must be at ${bound} ${withUnit(limit)}`;
  const whole = lowest !== null && highest !== null;
  return [
    message,
    whole
      ? `write a number from ${lowest} to ${withUnit(highest)}`
      : `write a ${bound === "least" ? "larger" : "smaller"} number`,
  ];
}

const UNITS: readonly (readonly [ending: RegExp, unit: string])[] = [
  [/_ms$/, "milliseconds"],
  [/(?:_|^)seconds$/, "seconds"],
  [/(?:_|^)minutes$/, "minutes"],
  [/(?:_|^)days$/, "days"],
  [/(?:_|^)(?:bytes|size)$/, "bytes"],
  [/(?:_|^)percent$/, "percent"],
  [/requests_per_second$/, "requests a second"],
];

/** As the last name of the path says it; empty: it counts things. */
function unitOf(path: readonly PropertyKey[]): string {
  const name = String(path.findLast((step) => typeof step === "string") ?? "");
  return UNITS.find(([ending]) => ending.test(name))?.[1] ?? "";
}

/** The least and the most that the number at `path` may be; null where there is no such bound. */
function rangeOf(schema: z.ZodType, path: readonly PropertyKey[]): [number | null, number | null] {
  let at: z.core.$ZodType | undefined = unwrap(schema, path[0]);
  for (const [i, step] of path.entries()) {
    if (at instanceof z.ZodObject) at = at.shape[String(step)];
    else if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodRecord) at = at.valueType;
    else return [null, null];
    at = at === undefined ? undefined : unwrap(at, path[i + 1]);
  }
  if (!(at instanceof z.ZodNumber)) return [null, null];
  const bound = (value: number | null) =>
    value === null || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;
  return [bound(at.minValue), bound(at.maxValue)];
}

function sizeText(origin: string, bound: string, limit: number | bigint): string {
  const one = Number(limit) === 1;
  if (origin === "string") return `must have ${bound} ${limit} ${one ? "character" : "characters"}`;
  if (origin === "array") return `must have ${bound} ${limit} ${one ? "entry" : "entries"}`;
  return `must be ${bound} ${limit}`;
}

function article(expected: string): string {
  const names: Record<string, string> = {
    string: "a text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    array: "a list",
    object: "a block of keys",
    record: "a block of keys",
  };
  return names[expected] ?? expected;
}

function typeRemedy(expected: string): string {
  if (expected === "array") return "write [a, b] or one entry a line after a hyphen";
  if (expected === "string") return "put it in quotes";
  if (expected === "object" || expected === "record") return "write key: value, indented below it";
  if (expected === "boolean") return "write true or false, without quotes";
  return "write digits, without quotes";
}

/** The keys of the object schema at `path` inside `schema`; none where there is no such object. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: z.core.$ZodType | undefined = unwrap(schema, path[0]);
  for (const [i, step] of path.entries()) {
    if (at instanceof z.ZodObject) at = at.shape[String(step)];
    else if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodRecord) at = at.valueType;
    else return [];
    at = at === undefined ? undefined : unwrap(at, path[i + 1]);
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** `step`: where the way goes on, which tells a list from a block of keys. */
function unwrap(schema: z.core.$ZodType, step: PropertyKey | undefined): z.core.$ZodType {
  let at = schema;
  while (
    at instanceof z.ZodOptional || at instanceof z.ZodDefault || at instanceof z.ZodNullable ||
    at instanceof z.ZodPrefault
  ) {
    at = at.def.innerType;
  }
  // What a value becomes afterwards has no keys that somebody writes.
  if (at instanceof z.ZodPipe) return unwrap(at.def.in, step);
  if (at instanceof z.ZodUnion) {
    const kind = typeof step === "number" ? z.ZodArray : z.ZodObject;
    const options: z.core.$ZodType[] = at.def.options.map((option: z.core.$ZodType) => unwrap(option, step));
    return options.find((option) => option instanceof kind) ?? at;
  }
  return at;
}
