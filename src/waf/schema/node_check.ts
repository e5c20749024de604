import type { KnownFields, SchemaFault } from "./known_fields.ts";
import type { NodeTable } from "./node_table.ts";

/** What the checks of lists and objects ask of the whole check of a value: to look inside, to pay, and to refuse. */
export interface NodeCheck {
  readonly table: NodeTable;
  /** The first thing that does not fit, or null; a value by itself. */
  fault(index: number, value: unknown, isText: boolean): SchemaFault | null;
  /** One more look at the same value, by another node. */
  node(index: number, value: unknown, isText: boolean, outer: KnownFields): SchemaFault | null;
  /** The value under `key` of the one that is looked at. */
  inside(key: string | number, index: number, value: unknown, isText: boolean): SchemaFault | null;
  /** False: nothing is left to spend. */
  spend(steps: number): boolean;
  /** A fault of the value that is looked at. */
  fail(message: string): SchemaFault;
  /** A fault of its field `key`. */
  failAt(key: string, message: string): SchemaFault;
}
