import type { SchemaNode } from "../../core/api_schema.ts";
import { GIVEN_UP } from "./given_up.ts";
import { KnownFields, type SchemaFault } from "./known_fields.ts";
import type { NodeCheck } from "./node_check.ts";
import { canonicalText } from "./node_table.ts";

/** What of a list does not fit, or null. */
export function arrayFault(
  check: NodeCheck,
  node: SchemaNode,
  list: readonly unknown[],
  isText: boolean,
): SchemaFault | null {
  const { minItems, maxItems, prefixItems } = node;
  if (minItems !== undefined && list.length < minItems) {
    return check.fail(minItems === 1 ? "must not be empty" : `must have at least ${minItems} entries`);
  }
  if (maxItems !== undefined && list.length > maxItems) {
    return check.fail(`must have at most ${maxItems} entries`);
  }
  for (const [i, each] of list.entries()) {
    const index = prefixItems?.[i] ?? node.items;
    if (index === undefined) continue;
    const fault = check.inside(i, index, each, isText);
    if (fault !== null) return fault;
  }
  if (node.contains !== undefined) {
    const holds = list.some((each) => check.node(node.contains!, each, isText, new KnownFields()) === null);
    if (!holds) return check.fail("holds no entry of the kind that it must hold");
  }
  return node.uniqueItems === true ? repeatedEntry(check, list) : null;
}

function repeatedEntry(check: NodeCheck, list: readonly unknown[]): SchemaFault | null {
  const seen = new Set<string>();
  for (const each of list) {
    const text = canonicalText(each);
    if (!check.spend(1 + text.length / 64)) return check.fail(GIVEN_UP);
    if (seen.has(text)) return check.fail("must not hold an entry twice");
    seen.add(text);
  }
  return null;
}
