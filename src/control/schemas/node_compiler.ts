import { type Json, KIND_BITS, type SchemaNode } from "../../core/api_schema.ts";
import type { DocumentPath } from "./document_text.ts";
import { linearPattern } from "./linear_pattern.ts";
import { type Block, isBlock, type Source } from "./source.ts";

type Building = { -readonly [K in keyof SchemaNode]: SchemaNode[K] };

const MOST_NODES = 200_000;
const DEEPEST = 200;

const NUMBERS = ["minimum", "maximum", "multipleOf"] as const;
const COUNTS = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"] as const;

/** Schemas of one document as nodes; what is referred to more than once is one node. */
export class NodeCompiler {
  readonly nodes: SchemaNode[] = [];
  readonly #source: Source;
  /** By what stands there: references and aliases of YAML lead to the same object. */
  readonly #known = new Map<object, number>();
  readonly #places: DocumentPath[] = [];
  #depth = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  /** The node of a schema; -1 where it asks for nothing. */
  compile(schema: unknown, path: DocumentPath): number {
    if (schema === undefined || schema === true) return -1;
    if (schema === false) return this.#add({ never: true }, path);
    if (!isBlock(schema)) throw this.#source.fault(path, "is no schema", "write an object");
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    const index = this.#add({}, path);
    this.#known.set(schema, index);
    if (++this.#depth > DEEPEST) throw this.#source.fault(path, "is nested too deeply", "use references");
    this.nodes[index] = this.#build(schema, path);
    this.#depth--;
    return index;
  }

  /** Throws where schemas refer to themselves without a value in between: their check would never end. */
  refuseEndless(): void {
    const state = new Uint8Array(this.nodes.length);
    const visit = (index: number): void => {
      if (state[index] === 2) return;
      if (state[index] === 1) {
        throw this.#source.fault(this.#places[index]!, "refers to itself without end", "name what is meant");
      }
      state[index] = 1;
      for (const next of inPlace(this.nodes[index]!)) visit(next);
      state[index] = 2;
    };
    for (let i = 0; i < this.nodes.length; i++) visit(i);
  }

  #add(node: SchemaNode, path: DocumentPath): number {
    if (this.nodes.length >= MOST_NODES) {
      throw this.#source.fault(path, `is one schema more than ${MOST_NODES}`, "split the document");
    }
    this.#places.push(path);
    return this.nodes.push(node) - 1;
  }

  #build(schema: Block, path: DocumentPath): SchemaNode {
    const { $ref } = schema;
    if (typeof $ref !== "string") return this.#own(schema, path);
    const target = this.#source.target($ref, path);
    const index = target === null ? -1 : this.compile(target.value, target.path);
    // Beside a reference only 3.1 has anything to say.
    const own: SchemaNode = this.#source.dialect === "3.1" ? this.#own(schema, path) : {};
    return index < 0 ? own : { ...own, allOf: [index, ...own.allOf ?? []] };
  }

  #own(schema: Block, path: DocumentPath): SchemaNode {
    const node: Building = {};
    this.#kinds(node, schema, path);
    if (Array.isArray(schema.enum)) node.enum = schema.enum as Json[];
    if ("const" in schema) node.enum = [schema.const as Json];
    if (typeof schema.format === "string") node.format = schema.format;
    for (const key of [...NUMBERS, ...COUNTS]) {
      const value = schema[key];
      if (typeof value === "number" && Number.isFinite(value)) node[key] = value;
    }
    if (node.multipleOf !== undefined && node.multipleOf <= 0) delete node.multipleOf;
    exclusive(node, schema);
    if (typeof schema.pattern === "string") this.#pattern(node, schema.pattern, path);
    this.#array(node, schema, path);
    this.#object(node, schema, path);
    this.#parts(node, schema, path);
    return node;
  }

  #kinds(node: Building, schema: Block, path: DocumentPath): void {
    const types = Array.isArray(schema.type) ? schema.type : [schema.type];
    let kinds = 0;
    for (const type of types) {
      if (type === "file") kinds |= KIND_BITS.string;
      else if (typeof type === "string" && Object.hasOwn(KIND_BITS, type)) {
        kinds |= KIND_BITS[type as keyof typeof KIND_BITS];
      } else if (type !== undefined) {
        const shown = JSON.stringify(type).slice(0, 40);
        this.#source.noteAt([...path, "type"], `${shown} is no type, so the type is not checked`);
      }
    }
    if (schema.nullable === true || schema["x-nullable"] === true) node.nullable = true;
    if (kinds !== 0) node.kinds = kinds;
  }

  #pattern(node: Building, pattern: string, path: DocumentPath): void {
    const linear = linearPattern(pattern);
    if (linear !== null) node.pattern = linear;
    else {
      this.#source.noteAt([...path, "pattern"], "the pattern cannot run in linear time and is not checked");
    }
  }

  #array(node: Building, schema: Block, path: DocumentPath): void {
    const { items, prefixItems } = schema;
    const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : null;
    if (tuple !== null) {
      const key = tuple === items ? "items" : "prefixItems";
      node.prefixItems = tuple.map((each, i) => this.#some(each, [...path, key, i]));
    }
    const rest = Array.isArray(items) ? schema.additionalItems : items;
    const index = this.compile(rest, [...path, "items"]);
    if (index >= 0) node.items = index;
    const contains = this.compile(schema.contains, [...path, "contains"]);
    if (contains >= 0) node.contains = contains;
    if (schema.uniqueItems === true) node.uniqueItems = true;
  }

  #object(node: Building, schema: Block, path: DocumentPath): void {
    const { properties, patternProperties, additionalProperties, required, propertyNames } = schema;
    if (isBlock(properties)) {
      node.properties = this.#table(properties, [...path, "properties"]);
    }
    const knowsNames = !isBlock(patternProperties) || this.#patternProperties(node, patternProperties, path);
    // Who knows which names a pattern that is left out stands for.
    if (!knowsNames) node.open = true;
    else if (additionalProperties === false) node.additional = false;
    else if (additionalProperties !== undefined) {
      const index = this.compile(additionalProperties, [...path, "additionalProperties"]);
      const isAnything = index < 0 || Object.keys(additionalProperties as object).length === 0;
      if (isAnything) node.open = true;
      else node.additional = index;
    }
    if (schema.unevaluatedProperties === false) node.closed = true;
    if (Array.isArray(required)) {
      const names = required.filter((name): name is string => typeof name === "string");
      const sent = names.filter((name) => !this.#isReadOnly(properties, name, path));
      if (sent.length > 0) node.required = sent;
    }
    if (isBlock(schema.dependentRequired)) {
      node.dependentRequired = Object.fromEntries(
        Object.entries(schema.dependentRequired).filter(([, names]) => Array.isArray(names)),
      ) as Record<string, string[]>;
    }
    const names = this.compile(propertyNames, [...path, "propertyNames"]);
    if (names >= 0) node.propertyNames = names;
  }

  /** False: some pattern cannot be taken over. */
  #patternProperties(node: Building, table: Block, path: DocumentPath): boolean {
    const entries: [string, number][] = [];
    for (const [pattern, schema] of Object.entries(table)) {
      const at = [...path, "patternProperties", pattern];
      const linear = linearPattern(pattern);
      if (linear !== null) entries.push([linear, this.#some(schema, at)]);
      else this.#source.noteAt(at, "the pattern cannot run in linear time and is not checked");
    }
    node.patternProperties = entries;
    return entries.length === Object.keys(table).length;
  }

  #parts(node: Building, schema: Block, path: DocumentPath): void {
    for (const key of ["allOf", "anyOf", "oneOf"] as const) {
      const parts = schema[key];
      if (!Array.isArray(parts) || parts.length === 0) continue;
      node[key] = parts.map((each, i) => this.#some(each, [...path, key, i]));
    }
    for (const key of ["not", "if", "then", "else"] as const) {
      if (schema[key] !== undefined) node[key] = this.#some(schema[key], [...path, key]);
    }
    if (isBlock(schema.dependentSchemas)) {
      this.#source.note(`${path.join(".")}: dependentSchemas is not checked`);
    }
  }

  #table(schemas: Block, path: DocumentPath): Record<string, number> {
    return Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, this.#some(schema, [...path, name])]),
    );
  }

  /** A node in any case. */
  #some(schema: unknown, path: DocumentPath): number {
    const index = this.compile(schema, path);
    return index < 0 ? this.#add({}, path) : index;
  }

  /** Such properties are the application's to say (OpenAPI 3.0, 4.7.24.1): no request has to hold them. */
  #isReadOnly(properties: unknown, name: string, path: DocumentPath): boolean {
    if (!isBlock(properties) || !Object.hasOwn(properties, name)) return false;
    const own = properties[name];
    if (isBlock(own) && own.readOnly === true) return true;
    const target = this.#source.follow(own, [...path, "properties", name]);
    return target !== null && isBlock(target.value) && target.value.readOnly === true;
  }
}

/** 3.1 names a bound, 3.0 and 2.0 say that the bound itself is out. */
function exclusive(node: Building, schema: Block): void {
  for (const [key, bound] of [["exclusiveMinimum", "minimum"], ["exclusiveMaximum", "maximum"]] as const) {
    const value = schema[key];
    if (typeof value === "number") node[key] = value;
    else if (value === true && node[bound] !== undefined) {
      node[key] = node[bound];
      delete node[bound];
    }
  }
}

function inPlace(node: SchemaNode): number[] {
  const single = [node.not, node.if, node.then, node.else].filter((each) => each !== undefined);
  return [...node.allOf ?? [], ...node.anyOf ?? [], ...node.oneOf ?? [], ...single];
}
