import { type Json, KIND_BITS, type SchemaNode } from "../../core/api_schema.ts";
import { NUMBER_FORMATS, TEXT_FORMATS } from "./formats.ts";
import type { NodeTable } from "./node_table.ts";

/** Each gives what is wrong in words, or null. */

const KIND_WORDS: readonly (readonly [bit: number, words: string])[] = [
  [KIND_BITS.string, "a text"],
  [KIND_BITS.integer, "an integer"],
  [KIND_BITS.number, "a number"],
  [KIND_BITS.boolean, "true or false"],
  [KIND_BITS.array, "a list"],
  [KIND_BITS.object, "an object"],
  [KIND_BITS.null, "null"],
];

export function kindFault(node: SchemaNode, value: unknown): string | null {
  if (node.kinds === undefined || (kindsOf(value) & node.kinds) !== 0) return null;
  const words = KIND_WORDS.filter(([bit]) => (node.kinds! & bit) !== 0).map(([, text]) => text);
  return words.length === 0 ? "is not allowed here" : `must be ${words.join(" or ")}`;
}

function kindsOf(value: unknown): number {
  switch (typeof value) {
    case "string":
      return KIND_BITS.string;
    case "number":
      return Number.isInteger(value) ? KIND_BITS.integer | KIND_BITS.number : KIND_BITS.number;
    case "boolean":
      return KIND_BITS.boolean;
    default:
      if (value === null) return KIND_BITS.null;
      return Array.isArray(value) ? KIND_BITS.array : KIND_BITS.object;
  }
}

/** `text`: the canonical one of `value`. */
export function enumFault(
  table: NodeTable,
  node: SchemaNode,
  index: number,
  values: readonly Json[],
  value: unknown,
  text: string,
  isText: boolean,
): string | null {
  const texts = table.enumOf(index, values);
  if (texts.has(text)) return null;
  // Without a kind nobody knows whether `1` is meant as a text.
  if (isText && typeof value === "string" && node.kinds === undefined && texts.has(value)) return null;
  const listed = [...texts].slice(0, 8).join(", ");
  return `must be one of ${listed.slice(0, 200)}${texts.size > 8 || listed.length > 200 ? ", …" : ""}`;
}

export function numberFault(node: SchemaNode, value: number): string | null {
  if (node.minimum !== undefined && value < node.minimum) return `must be at least ${node.minimum}`;
  if (node.maximum !== undefined && value > node.maximum) return `must be at most ${node.maximum}`;
  if (node.exclusiveMinimum !== undefined && value <= node.exclusiveMinimum) {
    return `must be more than ${node.exclusiveMinimum}`;
  }
  if (node.exclusiveMaximum !== undefined && value >= node.exclusiveMaximum) {
    return `must be less than ${node.exclusiveMaximum}`;
  }
  if (node.multipleOf !== undefined && !isMultiple(value, node.multipleOf)) {
    return `must be a multiple of ${node.multipleOf}`;
  }
  const format = formatOf(NUMBER_FORMATS, node.format);
  return format === null || format(value) ? null : `is no ${node.format}`;
}

/** 0.3 is a multiple of 0.1, whatever binary fractions make of it. */
function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Math.abs(times - Math.round(times)) <= 1e-9 * Math.max(1, Math.abs(times));
}

export function textFault(table: NodeTable, node: SchemaNode, value: string): string | null {
  const { minLength, maxLength, pattern } = node;
  if (minLength !== undefined && charactersOf(value) < minLength) {
    return minLength === 1 ? "must not be empty" : `must have at least ${minLength} characters`;
  }
  // No character is longer than two units: a text that is far too long need not be counted.
  if (maxLength !== undefined && value.length > maxLength && charactersOf(value) > maxLength) {
    return `must have at most ${maxLength} characters`;
  }
  if (pattern !== undefined && !table.regex(pattern).test(value)) return "does not match its pattern";
  const format = formatOf(TEXT_FORMATS, node.format);
  return format === null || format(value) ? null : `is no ${node.format}`;
}

function formatOf<T>(formats: Readonly<Record<string, T>>, name: string | undefined): T | null {
  return name !== undefined && Object.hasOwn(formats, name) ? formats[name]! : null;
}

/** Code points, as JSON Schema counts (2020-12, 6.3). */
function charactersOf(text: string): number {
  let count = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    const isHigh = (text.charCodeAt(i) & 0xfc00) === 0xd800;
    if (isHigh && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--;
      i++;
    }
  }
  return count;
}
