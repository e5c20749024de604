import { AegisError } from "../core/errors.ts";
import type { Rule } from "../core/rule.ts";
import { AhoCorasick } from "../lib/aho_corasick.ts";
import { compileChain } from "./chain.ts";
import { CleanMemo } from "./clean_memo.ts";
import { compileConditions, type CompiledConditions } from "./conditions.ts";
import { matcherFor } from "./operators/table.ts";
import type { Matcher } from "./operators/matcher.ts";
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
  /** Sets of literal ids besides the one that gates the rule: of each, one must have been found. */
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
  /** Finds the literals of all gated rules. */
  readonly literals: AhoCorasick;
  /** rulesOfLiteral[id]: the rules that the literal gates. */
  readonly rulesOfLiteral: readonly (readonly number[])[];
  /** Rules with a matcher whose literals are not known. */
  readonly ungated: readonly number[];
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
  const literals = new LiteralTable();
  const compiled = rules.map((rule, index) => compileRule(rule, index, literals, matchers));
  return {
    rules: compiled,
    kinds: planKinds(compiled),
    literals: new AhoCorasick(literals.texts),
    rulesOfLiteral: literals.rulesOf,
    ungated: rulesWithMatcher(compiled).filter((index) => !literals.gatedRules.has(index)),
    scratch: [],
    conditional: groupConditions(compiled),
    memo: new CleanMemo(),
  };
}

/** Literals of the gated rules with their ids. */
class LiteralTable {
  readonly texts: string[] = [];
  readonly rulesOf: number[][] = [];
  readonly gatedRules = new Set<number>();
  readonly #ids = new Map<string, number>();

  id(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.texts.push(text) - 1;
      this.rulesOf.push([]);
      this.#ids.set(text, id);
    }
    return id;
  }

  gate(rule: number, texts: readonly string[]): void {
    this.gatedRules.add(rule);
    for (const text of texts) this.rulesOf[this.id(text)]!.push(rule);
  }
}

function compileRule(rule: Rule, index: number, literals: LiteralTable, matchers: MatcherCache): ProgramRule {
  try {
    const matcher = matchers.get(rule) ?? matcherFor(rule.match);
    matchers.set(rule, matcher);
    const chain = compileChain(rule.transform, matcher?.lowerCase ?? false);
    const conditions = "conditions" in rule.match ? compileConditions(rule.match.conditions, chain) : null;
    const [gate, ...further] = (matcher?.literals ?? []).map((set) => shortened(set));
    if (gate !== undefined) literals.gate(index, gate);
    const furtherLiterals = further.map((set) => set.map((text) => literals.id(text)));
    return { rule, chain, matcher, conditions, furtherLiterals };
  } catch (thrown) {
    if (!(thrown instanceof AegisError)) throw thrown;
    throw new AegisError(thrown.code, `rule ${rule.id}: ${thrown.message}`, { cause: thrown });
  }
}

/** Where a literal occurs its beginning occurs, and short beginnings keep the table of the automaton small. */
function shortened(literals: readonly string[]): string[] {
  return [...new Set(literals.map((text) => text.slice(0, MAX_LITERAL_CHARS)))];
}

function rulesWithMatcher(rules: readonly ProgramRule[]): number[] {
  return rules.flatMap((each, index) => each.matcher === null ? [] : [index]);
}

type RulesByName = Map<string | null, Set<number>>;

function planKinds(rules: readonly ProgramRule[]): Program["kinds"] {
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
  const plans = new PlanTable(rules);
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
  readonly #plans = new Map<string, Plan>();
  #nextBit = FIRST_PLAN_BIT;

  constructor(rules: readonly ProgramRule[]) {
    this.#rules = rules;
  }

  planOf(chosen: ReadonlySet<number>): Plan {
    const indexes = [...chosen].sort((a, b) => a - b);
    const key = indexes.join(" ");
    let plan = this.#plans.get(key);
    if (plan === undefined) {
      const bit = this.#nextBit > LAST_PLAN_BIT ? 0 : 1 << this.#nextBit++;
      plan = buildPlan(
        indexes.map((index) => ({ index, chain: this.#rules[index]!.chain })),
        this.#rules.length,
        bit,
      );
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
