import type { CleanMemo } from "./clean_memo.ts";
import { addAll, addBit, type BitSet, hasBit, newBitSet } from "../../lib/bit_set.ts";
import type { Gate, GateTable } from "./gates.ts";
import type { Transformation } from "../transformations/transformation.ts";

/** A step in the tree of transformation chains that the rules of one target share. */
export interface PlanNode {
  /** null at the root. */
  readonly transformation: Transformation | null;
  /** Those of the transformation, here because all nodes have one shape (V8 reads fields of one shape fastest). */
  readonly needs: number;
  readonly minChars: number;
  readonly children: PlanNode[];
  /** Rules (by index) whose chain ends here; null: none. */
  own: BitSet | null;
  /** Rules whose chain ends here or further down. */
  readonly reach: BitSet;
  /** The rules in `own` and in `reach`, where they are so few that to look for their literals costs more; else null. */
  fewOwn: readonly number[] | null;
  fewReach: readonly number[] | null;
  /** What the rules in `own` and in `reach` need, where they are few: of one entry, a kind of each mask. Else null. */
  ownNeeds: readonly MaskList[] | null;
  reachNeeds: readonly MaskList[] | null;
  /** Here and further down: kinds that steps may add, and kinds without which none adds any other (transformation.ts). */
  adds: number;
  addsAnyWith: number;
  /** Kinds of characters without which nothing further down changes a text. */
  needsBelow: number;
}

/** Masks (char_mask.ts): a text that matches holds a kind of each. */
type MaskList = readonly number[];

/** With so many needs one of them is always met. */
const MAX_NEEDS = 24;

/** A pass over a text for literals costs as much as patterns of so many branches. */
const FEW_BRANCHES = 4;

/** All that is done with a value of one target: chains with the same beginning are computed once. */
export interface Plan {
  readonly root: PlanNode;
  /** Leads from the literals of a text to rules, not only to those of this plan. */
  readonly gates: GateTable;
  /** Ways of matching whose literals are not known, of the rules in this plan. */
  readonly ungated: readonly Gate[];
  /** Where its clean values are remembered; null: they are not. */
  readonly seen: MemoPlace | null;
  /** The rules that count in documents too; null: they are not worth a plan. */
  readonly inDocuments: Plan | null;
}

/** A memo of clean values, and the bit in it that stands for one plan. */
export interface MemoPlace {
  readonly memo: CleanMemo;
  readonly bit: number;
}

/** A rule as the plan needs it. */
export interface PlannedRule {
  readonly index: number;
  readonly chain: readonly Transformation[];
}

/** Builds the tree of the rules' chains. `ruleCount` is that of the whole program. */
export function buildPlan(
  rules: readonly PlannedRule[],
  ruleCount: number,
  gates: GateTable,
  seen: MemoPlace | null,
  inDocuments: Plan | null,
): Plan {
  const root = newNode(null, ruleCount);
  for (const rule of rules) {
    let node = root;
    for (const transformation of rule.chain) node = childFor(node, transformation, ruleCount);
    node.own ??= newBitSet(ruleCount);
    addBit(node.own, rule.index);
  }
  summarise(root, needsByRule(gates));
  const ungated = rules.flatMap(({ index }) => gates.ungatedOf.get(index) ?? []);
  return { root, gates, ungated, seen, inDocuments };
}

function childFor(node: PlanNode, transformation: Transformation, ruleCount: number): PlanNode {
  const existing = node.children.find((child) => child.transformation === transformation);
  if (existing !== undefined) return existing;
  const child = newNode(transformation, ruleCount);
  node.children.push(child);
  return child;
}

function newNode(transformation: Transformation | null, ruleCount: number): PlanNode {
  const { needs = 0, minChars = 0 } = transformation ?? {};
  return {
    transformation,
    needs,
    minChars,
    children: [],
    own: null,
    reach: newBitSet(ruleCount),
    fewOwn: null,
    fewReach: null,
    ownNeeds: null,
    reachNeeds: null,
    adds: transformation?.adds ?? 0,
    addsAnyWith: transformation?.adds === undefined ? needs : 0,
    needsBelow: 0,
  };
}

function needsByRule({ gates }: GateTable): ReadonlyMap<number, readonly MaskList[]> {
  const needs = new Map<number, MaskList[]>();
  for (const { rule, masks } of gates) {
    const lists = needs.get(rule) ?? [];
    needs.set(rule, lists);
    lists.push(masks);
  }
  return needs;
}

/** The different needs of the rules in `set`; null: more than are worth a look. */
function needsOf(set: BitSet, byRule: ReadonlyMap<number, readonly MaskList[]>): readonly MaskList[] | null {
  const different = new Map<string, MaskList>();
  for (const [rule, lists] of byRule) {
    if (!hasBit(set, rule)) continue;
    for (const masks of lists) different.set(masks.join(), masks);
    if (different.size > MAX_NEEDS || different.has("")) return null;
  }
  return [...different.values()];
}

function fewOf(set: BitSet, byRule: ReadonlyMap<number, readonly MaskList[]>): readonly number[] | null {
  const rules = [...byRule.keys()].filter((rule) => hasBit(set, rule));
  const branches = rules.reduce((sum, rule) => sum + byRule.get(rule)!.length, 0);
  return branches > FEW_BRANCHES ? null : rules;
}

/** Fills in what a node knows of the nodes below it, leaves first. */
function summarise(node: PlanNode, byRule: ReadonlyMap<number, readonly MaskList[]>): void {
  if (node.own !== null) addAll(node.reach, node.own);
  for (const child of node.children) {
    summarise(child, byRule);
    addAll(node.reach, child.reach);
    node.needsBelow |= child.needs | child.needsBelow;
    node.adds |= child.adds;
    node.addsAnyWith |= child.addsAnyWith;
  }
  node.fewOwn = node.own === null ? [] : fewOf(node.own, byRule);
  node.fewReach = fewOf(node.reach, byRule);
  node.ownNeeds = node.own === null ? [] : needsOf(node.own, byRule);
  node.reachNeeds = needsOf(node.reach, byRule);
}
