import { AegisError } from "../../core/errors.ts";
import type { Rule } from "../../core/rule.ts";
import { compileChain } from "./chain.ts";
import { CleanMemo } from "./clean_memo.ts";
import { compileConditions, type CompiledConditions } from "../conditions.ts";
import { mayBeDocument } from "../text/document.ts";
import { buildGates, type GateTable } from "./gates.ts";
import { matcherFor } from "../operators/table.ts";
import type { Matcher } from "../operators/matcher.ts";
import { MatchMemo } from "./match_memo.ts";
import { buildPlan, type MemoPlace, type Plan } from "./plan.ts";
import type { ValueKind } from "../targets/kinds.ts";
import { parseSelector } from "../targets/selector.ts";
import type { Transformation } from "../transformations/transformation.ts";

/** One rule of a program. Its index there is its name inside the engine. */
export interface ProgramRule {
  readonly rule: Rule;
  readonly chain: readonly Transformation[];
  /** null where conditions decide. */
  readonly matcher: Matcher | null;
  readonly conditions: CompiledConditions | null;
}

/** What is done with values of one kind. */
export interface KindPlans {
  /** For names without a plan of their own; null: nothing. */
  readonly generic: Plan | null;
  readonly named: ReadonlyMap<string, Plan>;
}

/** A set of rules, compiled; shared by all hosts with the same set, and immutable but for what it remembers. */
export interface Program {
  readonly rules: readonly ProgramRule[];
  readonly kinds: Readonly<Partial<Record<ValueKind, KindPlans>>>;
  /** Used within one call of `candidatesFor` only. */
  readonly scratch: number[];
  /** Rules that compare the whole request, by the moment when all they look at is known. */
  readonly conditional: Readonly<
    Record<"request-headers" | "request-body" | "response-headers" | "response-body", readonly number[]>
  >;
  /** Rules (by index) that want the bodies of answers. */
  readonly looksAtAnswerBodies: ReadonlySet<number>;
  /** Whole queries and Cookie fields. Single values are remembered by their plans. */
  readonly fieldMemo: CleanMemo;
  /** Whole bodies, with what they are read as. */
  readonly bodyMemo: CleanMemo;
  readonly matchMemo: MatchMemo;
}

/** Plans that share a memo: a bit of Int32 each, the highest is the transaction's. */
const PLANS_A_MEMO = 31;
/** So few rules have a table of gates of their own: a small one, which stays in the cache of the processor. */
const FEW_RULES = 32;

/** A body with what it is read as (body_inspection.ts bounds both). */
const MAX_BODY_CHARS = 4096;

/** A shared place for matchers: the same rule in several programs compiles its pattern once. */
export type MatcherCache = Map<Rule, Matcher | null>;

/** Compiles `rules`. Throws AegisError `invalid_input` that names the first rule that does not compile. */
export function compileProgram(rules: readonly Rule[], matchers: MatcherCache): Program {
  const compiled = rules.map((rule) => compileRule(rule, matchers));
  return {
    rules: compiled,
    kinds: planKinds(compiled),
    scratch: [],
    conditional: groupConditions(compiled),
    looksAtAnswerBodies: new Set(compiled.flatMap((each, i) => looksAtAnswerBody(each) ? [i] : [])),
    fieldMemo: new CleanMemo(),
    bodyMemo: new CleanMemo(MAX_BODY_CHARS),
    matchMemo: new MatchMemo(),
  };
}

/** The tables of gates of all its plans, each once. */
export function gateTablesOf({ kinds }: Program): ReadonlySet<GateTable> {
  const tables = new Set<GateTable>();
  for (const { generic, named } of Object.values(kinds)) {
    for (const plan of generic === null ? named.values() : [generic, ...named.values()]) {
      tables.add(plan.gates);
      if (plan.inDocuments !== null) tables.add(plan.inDocuments.gates);
    }
  }
  return tables;
}

function compileRule(rule: Rule, matchers: MatcherCache): ProgramRule {
  try {
    const matcher = matchers.get(rule) ?? matcherFor(rule.match);
    matchers.set(rule, matcher);
    const chain = compileChain(rule.transform, matcher?.lowerCase ?? false);
    const conditions = "conditions" in rule.match ? compileConditions(rule.match.conditions, chain) : null;
    return { rule, chain, matcher, conditions };
  } catch (thrown) {
    if (!(thrown instanceof AegisError)) throw thrown;
    throw new AegisError(thrown.code, `rule ${rule.id}: ${thrown.message}`, { cause: thrown });
  }
}

type RulesByName = Map<string | null, Set<number>>;

function planKinds(rules: readonly ProgramRule[]): Program["kinds"] {
  const byKind = new Map<ValueKind, RulesByName>();
  for (const [index, each] of rules.entries()) {
    if (each.matcher === null) continue;
    for (const [kind, name] of selectedBy(each.rule)) {
      // A body that is declared to be a file is no field: broad rules say nothing there.
      if (kind === "bytes" && each.rule.documents === "skip") continue;
      const names: RulesByName = byKind.get(kind) ?? new Map();
      byKind.set(kind, names);
      const chosen = names.get(name) ?? new Set();
      names.set(name, chosen.add(index));
    }
  }
  const plans = new PlanTable(rules);
  const kinds: Partial<Record<ValueKind, KindPlans>> = {};
  for (const [kind, names] of byKind) kinds[kind] = planNames(kind, names, plans);
  return kinds;
}

function planNames(kind: ValueKind, names: RulesByName, plans: PlanTable): KindPlans {
  const asksDocuments = mayBeDocument(kind);
  const everywhere = names.get(null) ?? new Set();
  const generic = everywhere.size === 0 ? null : plans.planOf(everywhere, asksDocuments);
  const named = new Map<string, Plan>();
  for (const [name, chosen] of names) {
    if (name !== null) named.set(name, plans.planOf(new Set([...everywhere, ...chosen]), asksDocuments));
  }
  return { generic, named };
}

/** Plans by the rules in them: targets with the same rules share one plan, and what it remembers. */
class PlanTable {
  readonly #rules: readonly ProgramRule[];
  readonly #matchers: readonly (Matcher | null)[];
  readonly #sharedGates: GateTable;
  /** Of the rules that count in documents; null: not needed yet. */
  #documentGates: GateTable | null = null;
  readonly #plans = new Map<string, Plan>();
  #memo = new CleanMemo();
  #places = 0;

  constructor(rules: readonly ProgramRule[]) {
    this.#rules = rules;
    this.#matchers = rules.map((each) => each.matcher);
    this.#sharedGates = buildGates(this.#matchers, rules.keys());
  }

  /** `asksDocuments`: values of the target may be documents, of which fewer rules count. */
  planOf(chosen: ReadonlySet<number>, asksDocuments: boolean): Plan {
    const indexes = [...chosen].sort((a, b) => a - b);
    const key = `${asksDocuments} ${indexes.join(" ")}`;
    let plan = this.#plans.get(key);
    if (plan === undefined) {
      plan = this.#build(indexes, this.#nextPlace(), asksDocuments ? this.#inDocuments(indexes) : null);
      this.#plans.set(key, plan);
    }
    return plan;
  }

  #nextPlace(): MemoPlace {
    if (this.#places === PLANS_A_MEMO) {
      this.#memo = new CleanMemo();
      this.#places = 0;
    }
    return { memo: this.#memo, bit: 1 << this.#places++ };
  }

  #inDocuments(indexes: readonly number[]): Plan | null {
    const precise = indexes.filter((index) => this.#rules[index]!.rule.documents !== "skip");
    if (indexes.length - precise.length < FEW_RULES) return null;
    this.#documentGates ??= buildGates(
      this.#matchers,
      this.#rules.keys().filter((index) => this.#rules[index]!.rule.documents !== "skip"),
    );
    return this.#build(precise, null, null, this.#documentGates);
  }

  #build(
    indexes: readonly number[],
    seen: MemoPlace | null,
    inDocuments: Plan | null,
    shared: GateTable = this.#sharedGates,
  ): Plan {
    const planned = indexes.map((index) => ({ index, chain: this.#rules[index]!.chain }));
    const gates = indexes.length > FEW_RULES ? shared : buildGates(this.#matchers, indexes);
    return buildPlan(planned, this.#rules.length, gates, seen, inDocuments);
  }
}

function selectedBy(rule: Rule): [ValueKind, string | null][] {
  return rule.targets.flatMap((target) => {
    const selector = parseSelector(target);
    if (selector === null) {
      throw new AegisError("invalid_input", `rule ${rule.id}: unknown target "${target}"`);
    }
    return selector.kinds.map((kind): [ValueKind, string | null] => [kind, selector.name]);
  });
}

function looksAtAnswerBody({ rule, conditions }: ProgramRule): boolean {
  return conditions === null ? rule.targets.includes("response-body") : conditions.phase === "response-body";
}

function groupConditions(rules: readonly ProgramRule[]): Program["conditional"] {
  const groups = {
    "request-headers": [] as number[],
    "request-body": [] as number[],
    "response-headers": [] as number[],
    "response-body": [] as number[],
  };
  for (const [index, each] of rules.entries()) {
    if (each.conditions !== null) groups[each.conditions.phase].push(index);
  }
  return groups;
}
