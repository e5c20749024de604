import type { SchemaNode } from "../../core/api_schema.ts";
import { arrayFault } from "./check_array.ts";
import { objectFault } from "./check_object.ts";
import { enumFault, kindFault, numberFault, textFault } from "./check_scalar.ts";
import { coerced } from "./coerce.ts";
import { GIVEN_UP } from "./given_up.ts";
import { KnownFields, type SchemaFault } from "./known_fields.ts";
import type { NodeCheck } from "./node_check.ts";
import { canonicalText, type NodeTable } from "./node_table.ts";

/** Nodes that are looked at, with their values, for one request; schemas that refer to each other could ask for more. */
const MAX_STEPS = 100_000;
const MAX_DEPTH = 128;
/** So many characters of a text that is matched cost about as much as a node. */
const CHARS_A_STEP = 64;
/** A linear engine's work grows with the pattern's length times the text's. */
const PATTERN_CHARS_A_STEP = 512;

/**
 * Checks the values of one request against nodes of one document (JSON Schema 2020-12 as far as OpenAPI uses it). Work
 * is bounded whatever document and value are; what is over the bound does not fit.
 */
export class ValueCheck implements NodeCheck {
  readonly table: NodeTable;
  /** Fields that no part of a schema names are refused. */
  readonly #isStrict: boolean;
  #steps = 0;
  #depth = 0;
  #isGivenUp = false;
  readonly #path: (string | number)[] = [];

  constructor(table: NodeTable, isStrict: boolean) {
    this.table = table;
    this.#isStrict = isStrict;
  }

  /**
   * The first thing that does not fit, or null. `isText`: scalars came as text (parameters, forms), so that `12` is an
   * integer too. A negative node takes anything.
   */
  fault(index: number, value: unknown, isText: boolean): SchemaFault | null {
    if (index < 0) return null;
    const fault = this.instance(index, value, isText);
    // [SECURITY] A part that was given up counts as one that does not fit, which `not` and `if` turn round.
    return this.#isGivenUp ? this.fail(GIVEN_UP) : fault;
  }

  /** A value of its own, inside of another or the whole. */
  instance(index: number, value: unknown, isText: boolean): SchemaFault | null {
    const known = new KnownFields();
    const fault = this.node(index, value, isText, known);
    if (fault !== null || !this.#isStrict || !isPlainObject(value)) return fault;
    return known.isNaming && !known.isOpen ? this.unknownField(value, known) : null;
  }

  inside(key: string | number, index: number, value: unknown, isText: boolean): SchemaFault | null {
    this.#path.push(key);
    const fault = this.instance(index, value, isText);
    this.#path.pop();
    return fault;
  }

  unknownField(value: Readonly<Record<string, unknown>>, known: KnownFields): SchemaFault | null {
    for (const name of Object.keys(value)) {
      if (!known.names.has(name)) return this.failAt(name, "is not known here");
    }
    return null;
  }

  /** One more look at the same value, by another node. */
  node(index: number, given: unknown, isText: boolean, outer: KnownFields): SchemaFault | null {
    const node = this.table.nodes[index]!;
    if (!this.spend(1) || this.#depth >= MAX_DEPTH) {
      return this.fail("is too deep or too large to be checked");
    }
    if (given === null && node.nullable === true) return null;
    if (node.never === true) return this.fail("is not allowed here");
    const value = isText ? coerced(node.kinds, given) : given;
    this.#depth++;
    // What a closed node refuses is what its own parts do not know.
    const known = node.closed === true ? new KnownFields() : outer;
    const fault = this.#own(node, index, value, isText, known) ?? this.#parts(node, value, isText, known);
    this.#depth--;
    if (fault !== null || node.closed !== true) return fault;
    outer.merge(known);
    outer.isNaming = true;
    return isPlainObject(value) ? this.unknownField(value, known) : null;
  }

  #own(
    node: SchemaNode,
    index: number,
    value: unknown,
    isText: boolean,
    known: KnownFields,
  ): SchemaFault | null {
    const wrongKind = kindFault(node, value);
    if (wrongKind !== null) return this.fail(wrongKind);
    if (node.enum !== undefined) {
      // [SECURITY] A large value beside many an enum would be written out again and again.
      const text = canonicalText(value);
      if (!this.spend(text.length / CHARS_A_STEP)) return this.fail(GIVEN_UP);
      const other = enumFault(this.table, node, index, node.enum, value, text, isText);
      if (other !== null) return this.fail(other);
    }
    if (typeof value === "string") {
      const patternSteps = (node.pattern?.length ?? 0) * value.length / PATTERN_CHARS_A_STEP;
      if (!this.spend(value.length / CHARS_A_STEP + patternSteps)) return this.fail(GIVEN_UP);
      return this.#failing(textFault(this.table, node, value));
    }
    if (typeof value === "number") return this.#failing(numberFault(node, value));
    if (Array.isArray(value)) return arrayFault(this, node, value, isText);
    return isPlainObject(value) ? objectFault(this, node, value, isText, known) : null;
  }

  #parts(node: SchemaNode, value: unknown, isText: boolean, known: KnownFields): SchemaFault | null {
    for (const part of node.allOf ?? []) {
      const fault = this.node(part, value, isText, known);
      if (fault !== null) return fault;
    }
    return (node.anyOf === undefined ? null : this.#some(node.anyOf, value, isText, known, false)) ??
      (node.oneOf === undefined ? null : this.#some(node.oneOf, value, isText, known, true)) ??
      this.#not(node, value, isText) ?? this.#conditional(node, value, isText, known);
  }

  /** All parts are looked at: each that fits knows fields of its own. */
  #some(
    parts: readonly number[],
    value: unknown,
    isText: boolean,
    known: KnownFields,
    onlyOne: boolean,
  ): SchemaFault | null {
    let fits = 0;
    let deepest: SchemaFault | null = null;
    for (const part of parts) {
      const own = new KnownFields();
      const fault = this.node(part, value, isText, own);
      if (fault === null) {
        fits++;
        known.merge(own);
      } else if (deepest === null || fault.depth > deepest.depth) deepest = fault;
    }
    if (fits === 1 || (fits > 1 && !onlyOne)) return null;
    if (fits > 1) return this.fail("fits more than one of the forms that exclude each other");
    if (deepest !== null && (parts.length === 1 || deepest.depth > this.#path.length)) return deepest;
    return this.fail(`fits none of its ${parts.length} forms`);
  }

  #not(node: SchemaNode, value: unknown, isText: boolean): SchemaFault | null {
    if (node.not === undefined || this.node(node.not, value, isText, new KnownFields()) !== null) return null;
    return this.fail("has a form that is not allowed here");
  }

  #conditional(node: SchemaNode, value: unknown, isText: boolean, known: KnownFields): SchemaFault | null {
    if (node.if === undefined) return null;
    const own = new KnownFields();
    const isMet = this.node(node.if, value, isText, own) === null;
    if (isMet) known.merge(own);
    const next = isMet ? node.then : node.else;
    return next === undefined ? null : this.node(next, value, isText, known);
  }

  /** False: nothing is left to spend. */
  spend(steps: number): boolean {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) this.#isGivenUp = true;
    return !this.#isGivenUp;
  }

  fail(message: string): SchemaFault {
    return { place: placeText(this.#path), message, depth: this.#path.length };
  }

  failAt(key: string, message: string): SchemaFault {
    return { place: placeText([...this.#path, key]), message, depth: this.#path.length + 1 };
  }

  #failing(message: string | null): SchemaFault | null {
    return message === null ? null : this.fail(message);
  }
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const LONGEST_KEY = 64;

/** `user.tags[3]`; a name with other characters in quotes. */
function placeText(path: readonly (string | number)[]): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else if (/^[\w-]{1,64}$/.test(key)) text += text === "" ? key : `.${key}`;
    else text += `[${JSON.stringify(key.slice(0, LONGEST_KEY))}]`;
  }
  return text;
}
