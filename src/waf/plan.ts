import type { Transformation } from "./transformations/transformation.ts";

/** A step in the tree of transformation chains that the rules of one target share. */
export interface PlanNode {
  /** null at the root. */
  readonly transformation: Transformation | null;
  readonly children: PlanNode[];
  /** Rules (by index) that are tried on every text here that passes their masks. */
  readonly always: number[];
  /** gated[rule] is 1 where the rule is tried here once one of its literals was found; null: none. */
  gated: Uint8Array | null;
}

/** All that is done with a value of one target: chains with the same beginning are computed once. */
export interface Plan {
  readonly root: PlanNode;
  /** Bit of this plan in the memo of clean values; 0: its values are not remembered. */
  readonly bit: number;
}

/** A rule as the plan needs it. */
export interface PlannedRule {
  readonly index: number;
  readonly chain: readonly Transformation[];
  /** True where literals decide whether the rule is tried. */
  readonly isGated: boolean;
}

/** Builds the tree of the rules' chains. `ruleCount` is that of the whole program. */
export function buildPlan(rules: readonly PlannedRule[], ruleCount: number, bit: number): Plan {
  const root = newNode(null);
  for (const rule of rules) {
    let node = root;
    for (const transformation of rule.chain) node = childFor(node, transformation);
    if (!rule.isGated) {
      node.always.push(rule.index);
      continue;
    }
    node.gated ??= new Uint8Array(ruleCount);
    node.gated[rule.index] = 1;
  }
  return { root, bit };
}

function childFor(node: PlanNode, transformation: Transformation): PlanNode {
  const existing = node.children.find((child) => child.transformation === transformation);
  if (existing !== undefined) return existing;
  const child = newNode(transformation);
  node.children.push(child);
  return child;
}

function newNode(transformation: Transformation | null): PlanNode {
  return { transformation, children: [], always: [], gated: null };
}
