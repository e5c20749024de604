import { AegisError } from "../core/errors.ts";
import type { Rule } from "../core/rule.ts";
import { AhoCorasick } from "../lib/aho_corasick.ts";
import { compileChain } from "./chain.ts";
import { CleanMemo } from "./clean_memo.ts";
import { compileConditions, type CompiledConditions } from "./conditions.ts";
import { matcherFor } from "./operators/table.ts";
import type { Matcher, Need } from "./operators/matcher.ts";
import { buildPlan, type Plan } from "./plan.ts";
import type { ValueKind } from "./targets/kinds.ts";
import { parseSelector } from "./targets/selector.ts";
import type { Transformation } from "./transformations/transformation.ts";

/** One rule of a program. Its index there is its name inside the engine. */
export interface ProgramRule {
  readonly rule: Rule;
  readonly chain: readonly Transformation[];
  /** null where conditions decide. */
  readonly matcher: Matcher | null;
  readonly conditions: CompiledConditions | null;
}

/** One way in which a rule can match: what a text must hold for it. */
export interface Gate {
  readonly rule: number;
  readonly masks: readonly number[];
  /** Sets of literal ids besides the one that leads here: of each, one must have been found. */
  readonly furtherLiterals: readonly (readonly number[])[];
}

/** What is done with values of one kind. */
export interface KindPlans {
  /** For names without a plan of their own; null: nothing. */
  readonly generic: Plan | null;
  readonly named: ReadonlyMap<string, Plan>;
}

/** A set of rules, compiled; shared by all hosts with the same set, and immutable but for its memo. */
export interface Program {
  readonly rules: readonly ProgramRule[];
  readonly kinds: Readonly<Partial<Record<ValueKind, KindPlans>>>;
  readonly gates: readonly Gate[];
  /** Finds the literals of all gates. */
  readonly literals: AhoCorasick;
  /** gatesOfLiteral[id]: the gates that the literal leads to. */
  readonly gatesOfLiteral: readonly (readonly number[])[];
  /** Used within one call of `candidatesFor` only. */
  readonly scratch: number[];
  /** Rules that compare the whole request, by the moment when all they look at is known. */
  readonly conditional: Readonly<
    Record<"request-headers" | "request-body" | "response-headers", readonly number[]>
  >;
  readonly memo: CleanMemo;
}

/** Plans beyond these bits run without memo; a bit of Int32 each, two are the transaction's. */
const FIRST_PLAN_BIT = 2;
const LAST_PLAN_BIT = 30;
const MAX_LITERAL_CHARS = 7;

/** A shared place for matchers: the same rule in several programs compiles its pattern once. */
export type MatcherCache = Map<Rule, Matcher | null>;

/** Compiles `rules`. Throws AegisError `invalid_input` that names the first rule that does not compile. */
export function compileProgram(rules: readonly Rule[], matchers: MatcherCache): Program {
  const compiled = rules.map((rule) => compileRule(rule, matchers));
  const table = new GateTable(compiled);
  return {
    rules: compiled,
    kinds: planKinds(compiled, table.ungatedOf),
    gates: table.gates,
    literals: new AhoCorasick(table.texts),
    gatesOfLiteral: table.gatesOf,
    scratch: [],
    conditional: groupConditions(compiled),
    memo: new CleanMemo(),
  };
}

/** The gates of all rules, and the literals that lead to them. */
class GateTable {
  readonly gates: Gate[] = [];
  readonly texts: string[] = [];
  readonly gatesOf: number[][] = [];
  /** ungatedOf[rule]: its gates that no literal leads to. */
  readonly ungatedOf: number[][];
  readonly #ids = new Map<string, number>();

  constructor(rules: readonly ProgramRule[]) {
    this.ungatedOf = rules.map(() => []);
    for (const [rule, { matcher }] of rules.entries()) {
      for (const need of matcher?.needs ?? []) this.#add(rule, need);
    }
  }

  #add(rule: number, need: Need): void {
    const [leading, ...further] = need.literals.map((set) => shortened(set).map((text) => this.#id(text)));
    const gate = this.gates.push({ rule, masks: need.masks, furtherLiterals: further }) - 1;
    if (leading === undefined) this.ungatedOf[rule]!.push(gate);
    for (const id of leading ?? []) this.gatesOf[id]!.push(gate);
  }

  #id(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.texts.push(text) - 1;
      this.gatesOf.push([]);
      this.#ids.set(text, id);
    }
    return id;
  }
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

/** Where a literal occurs its beginning occurs, and short beginnings keep the table of the automaton small. */
function shortened(literals: readonly string[]): string[] {
  return [...new Set(literals.map((text) => text.slice(0, MAX_LITERAL_CHARS)))];
}

type RulesByName = Map<string | null, Set<number>>;

function planKinds(
  rules: readonly ProgramRule[],
  ungatedOf: readonly (readonly number[])[],
): Program["kinds"] {
  const byKind = new Map<ValueKind, RulesByName>();
  for (const [index, each] of rules.entries()) {
    if (each.matcher === null) continue;
    for (const [kind, name] of selectedBy(each.rule)) {
      const names: RulesByName = byKind.get(kind) ?? new Map();
      byKind.set(kind, names);
      const chosen = names.get(name) ?? new Set();
      names.set(name, chosen.add(index));
    }
  }
  const plans = new PlanTable(rules, ungatedOf);
  const kinds: Partial<Record<ValueKind, KindPlans>> = {};
  for (const [kind, names] of byKind) kinds[kind] = planNames(names, plans);
  return kinds;
}

function planNames(names: RulesByName, plans: PlanTable): KindPlans {
  const everywhere = names.get(null) ?? new Set();
  const generic = everywhere.size === 0 ? null : plans.planOf(everywhere);
  const named = new Map<string, Plan>();
  for (const [name, chosen] of names) {
    if (name !== null) named.set(name, plans.planOf(new Set([...everywhere, ...chosen])));
  }
  return { generic, named };
}

/** Plans by the rules in them: targets with the same rules share one plan, and what it remembers. */
class PlanTable {
  readonly #rules: readonly ProgramRule[];
  readonly #ungatedOf: readonly (readonly number[])[];
  readonly #plans = new Map<string, Plan>();
  #nextBit = FIRST_PLAN_BIT;

  constructor(rules: readonly ProgramRule[], ungatedOf: readonly (readonly number[])[]) {
    this.#rules = rules;
    this.#ungatedOf = ungatedOf;
  }

  planOf(chosen: ReadonlySet<number>): Plan {
    const indexes = [...chosen].sort((a, b) => a - b);
    const key = indexes.join(" ");
    let plan = this.#plans.get(key);
    if (plan === undefined) {
      const bit = this.#nextBit > LAST_PLAN_BIT ? 0 : 1 << this.#nextBit++;
      const planned = indexes.map((index) => ({ index, chain: this.#rules[index]!.chain }));
      const ungated = indexes.flatMap((index) => this.#ungatedOf[index]!);
      plan = buildPlan(planned, this.#rules.length, ungated, bit);
      this.#plans.set(key, plan);
    }
    return plan;
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

function groupConditions(rules: readonly ProgramRule[]): Program["conditional"] {
  const groups = {
    "request-headers": [] as number[],
    "request-body": [] as number[],
    "response-headers": [] as number[],
  };
  for (const [index, each] of rules.entries()) {
    if (each.conditions !== null) groups[each.conditions.phase].push(index);
  }
  return groups;
}
