import type { SchemaNode } from "../../core/api_schema.ts";
import { GIVEN_UP } from "./given_up.ts";
import type { KnownFields, SchemaFault } from "./known_fields.ts";
import type { NodeCheck } from "./node_check.ts";

/** Looks at the name of a field that cost about as much as a node. */
const FIELDS_A_STEP = 4;

/** What of an object does not fit, or null. Fields that the node knows go into `known`. */
export function objectFault(
  check: NodeCheck,
  node: SchemaNode,
  value: Readonly<Record<string, unknown>>,
  isText: boolean,
  known: KnownFields,
): SchemaFault | null {
  const { properties, patternProperties, additional } = node;
  for (const name of node.required ?? []) {
    if (!Object.hasOwn(value, name)) return check.failAt(name, "is missing");
  }
  const names = Object.keys(value);
  // [SECURITY] Each of many alternatives looks through all fields, known or not.
  if (!check.spend(names.length / FIELDS_A_STEP)) return check.fail(GIVEN_UP);
  if (node.minProperties !== undefined && names.length < node.minProperties) {
    return check.fail(`must have at least ${node.minProperties} fields`);
  }
  if (node.maxProperties !== undefined && names.length > node.maxProperties) {
    return check.fail(`must have at most ${node.maxProperties} fields`);
  }
  const fault = dependentFault(check, node, value) ?? nameFault(check, node, names);
  if (fault !== null) return fault;
  if (node.open === true) {
    known.isOpen = true;
    for (const name of names) known.names.add(name);
  }
  if (properties !== undefined || patternProperties !== undefined || additional === false) {
    known.isNaming = true;
  } else if (additional === undefined) return null;
  for (const name of names) {
    const wrong = fieldFault(check, node, name, value[name], isText, known);
    if (wrong !== null) return wrong;
  }
  return null;
}

function fieldFault(
  check: NodeCheck,
  { properties, patternProperties, additional }: SchemaNode,
  name: string,
  value: unknown,
  isText: boolean,
  known: KnownFields,
): SchemaFault | null {
  let isKnown = false;
  if (properties !== undefined && Object.hasOwn(properties, name)) {
    isKnown = true;
    const fault = check.inside(name, properties[name]!, value, isText);
    if (fault !== null) return fault;
  }
  for (const [pattern, index] of patternProperties ?? []) {
    if (!check.spend(1 + name.length / 64)) return check.fail(GIVEN_UP);
    if (!check.table.regex(pattern).test(name)) continue;
    isKnown = true;
    const fault = check.inside(name, index, value, isText);
    if (fault !== null) return fault;
  }
  if (!isKnown && additional !== undefined) {
    if (additional === false) return check.failAt(name, "is not known here");
    isKnown = true;
    const fault = check.inside(name, additional, value, isText);
    if (fault !== null) return fault;
  }
  if (isKnown) known.names.add(name);
  return null;
}

function dependentFault(
  check: NodeCheck,
  { dependentRequired }: SchemaNode,
  value: Readonly<Record<string, unknown>>,
): SchemaFault | null {
  for (const [name, needed] of Object.entries(dependentRequired ?? {})) {
    if (!Object.hasOwn(value, name)) continue;
    const missing = needed.find((each) => !Object.hasOwn(value, each));
    if (missing !== undefined) return check.failAt(missing, `is missing, where ${name} is there`);
  }
  return null;
}

function nameFault(
  check: NodeCheck,
  { propertyNames }: SchemaNode,
  names: readonly string[],
): SchemaFault | null {
  if (propertyNames === undefined) return null;
  for (const name of names) {
    const fault = check.fault(propertyNames, name, false);
    if (fault !== null) return check.failAt(name, "has a name that is not allowed here");
  }
  return null;
}
