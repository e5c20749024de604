import type { AhoCorasick } from "../../lib/aho_corasick.ts";
import { type BitSet, hasBit } from "../../lib/bit_set.ts";
import { ANY, BLANK, charMask, HIGH, kindsMadeFrom, LOWER, UPPER, WHITE } from "../text/char_mask.ts";
import type { Gate } from "./gates.ts";
import { type Match, NO_MATCH } from "./match.ts";
import type { Plan, PlanNode } from "./plan.ts";
import type { Program } from "./program.ts";
import type { Transformation } from "../transformations/transformation.ts";

/** What is known of one text, computed once for all chains that come to it. */
interface TextFacts {
  readonly text: string;
  /** Kinds of characters (char_mask.ts) that the text holds, perhaps of more than it does. */
  readonly mask: number;
  /** A text that has all the literals of this one: its candidates are those of this one, or more; null: none. */
  readonly source: TextFacts | null;
  /** Ways in which rules may match the text, whatever their chain; null: not looked for yet. */
  candidates: readonly Gate[] | null;
  /** What transformations made of the text: the last one, which leads to the others. */
  outputs: Output | null;
}

interface Output {
  readonly transformation: Transformation;
  readonly facts: TextFacts;
  readonly before: Output | null;
}

/**
 * Runs every rule of `plan` on `value`, whose kinds of characters are `mask`, and returns what matched.
 *
 * Work is skipped where it is proven to change nothing: a transformation whose characters the text does not hold, a
 * pattern whose literals or kinds of characters it does not hold. A property test compares the result with every rule
 * on the output of its own chain.
 */
export function evaluate(
  program: Program,
  plan: Plan,
  value: string,
  mask: number = charMask(value),
): readonly Match[] {
  return new Evaluation(program, plan).run(value, mask);
}

/**
 * Runs every rule of `plan` on `value` in lower case and as it is otherwise, without the rules' own transformations:
 * for bytes in which text is rare, next to `evaluate` on their stretches of text. Spans are inside that text.
 */
export function evaluateUndecoded(program: Program, plan: Plan, value: string): readonly Match[] {
  const text = value.toLowerCase();
  const matches: Match[] = [];
  for (const gate of candidatesFor(program, plan, text, ANY)) {
    if (mayMatch(gate, text)) addMatch(program, gate.rule, text, matches);
  }
  return matches;
}

/** With the kinds that texts may hold which have no other literals than theirs: small letters and blanks. */
function withThoseOfOutputs(mask: number): number {
  const small = (mask & UPPER) === 0 ? mask : mask | LOWER;
  return (mask & WHITE) === 0 ? small : small | BLANK;
}

function addsLiterals({ isCut, keepsLiterals }: Transformation, facts: TextFacts, output: string): boolean {
  return isCut !== true && keepsLiterals?.(facts.text, output, facts.mask) !== true;
}

/** In a text up to this length a pass for literals costs less than a pattern. */
const SHORT_CHARS = 64;

class Evaluation {
  readonly #program: Program;
  readonly #plan: Plan;
  readonly #matches: Match[] = [];
  /** Every text so far: different chains often come to the same one. */
  readonly #texts: TextFacts[] = [];

  constructor(program: Program, plan: Plan) {
    this.#program = program;
    this.#plan = plan;
  }

  run(value: string, mask: number): readonly Match[] {
    this.#visit(this.#plan.root, this.#factsOf(value, mask, null));
    return this.#matches.length === 0 ? NO_MATCH : this.#matches;
  }

  #visit(node: PlanNode, facts: TextFacts): void {
    if ((facts.mask & node.needsBelow) === 0) {
      // The text stays as it is all the way down.
      this.#tryAll(node.reach, node.fewReach, node.reachNeeds, facts);
      return;
    }
    if (node.own !== null) this.#tryAll(node.own, node.fewOwn, node.ownNeeds, facts);
    for (const child of node.children) {
      if (mayReachMatch(child, facts.mask)) this.#visit(child, this.#outputOf(child, facts));
    }
  }

  #outputOf(node: PlanNode, facts: TextFacts): TextFacts {
    if ((facts.mask & node.needs) === 0 || facts.text.length < node.minChars) return facts;
    const transformation = node.transformation!;
    for (let known = facts.outputs; known !== null; known = known.before) {
      if (known.transformation === transformation) return known.facts;
    }
    const output = transformation.apply(facts.text, facts.mask);
    const outputFacts = output === facts.text ? facts : this.#known(output) ?? this.#factsOf(
      output,
      transformation.kindsAfter?.(facts.mask) ?? kindsMadeFrom(facts.mask, output),
      addsLiterals(transformation, facts, output) ? null : facts.source ?? facts,
    );
    facts.outputs = { transformation, facts: outputFacts, before: facts.outputs };
    return outputFacts;
  }

  #known(text: string): TextFacts | null {
    for (const facts of this.#texts) if (facts.text === text) return facts;
    return null;
  }

  #factsOf(text: string, mask: number, source: TextFacts | null): TextFacts {
    const facts: TextFacts = { text, mask, source, candidates: null, outputs: null };
    this.#texts.push(facts);
    return facts;
  }

  #candidates(facts: TextFacts): readonly Gate[] {
    const from = facts.source ?? facts;
    return from.candidates ??= candidatesFor(
      this.#program,
      this.#plan,
      from.text,
      withThoseOfOutputs(from.mask),
    );
  }

  #tryAll(
    rules: BitSet,
    few: readonly number[] | null,
    needs: PlanNode["ownNeeds"],
    facts: TextFacts,
  ): void {
    if (needs !== null && !holdsOneOf(needs, facts.mask)) return;
    if (few !== null && (facts.source ?? facts).candidates === null && facts.text.length > SHORT_CHARS) {
      for (const rule of few) this.#try(rule, facts.text);
      return;
    }
    for (const gate of this.#candidates(facts)) {
      if (!hasBit(rules, gate.rule) || !holdsKinds(gate, facts.mask)) continue;
      if (mayMatch(gate, facts.text)) this.#try(gate.rule, facts.text);
    }
  }

  #try(rule: number, text: string): void {
    addMatch(this.#program, rule, text, this.#matches);
  }
}

function mayMatch({ test }: Gate, text: string): boolean {
  return test === null || test(text);
}

/** A rule that may match in several ways has one match. */
function addMatch(program: Program, rule: number, text: string, matches: Match[]): void {
  if (matches.some((match) => match.rule === rule)) return;
  const span = program.rules[rule]!.matcher!.find(text);
  if (span !== null) matches.push({ rule, span });
}

/** The ways in which rules of `plan` may match: those whose necessary conditions `text` fulfils. */
function candidatesFor(program: Program, plan: Plan, text: string, mask: number): readonly Gate[] {
  const { literals, gatesOfLiteral, chosen } = plan.gates;
  const candidates: Gate[] = [];
  for (const gate of plan.ungated) if (holdsKinds(gate, mask)) candidates.push(gate);
  const found = program.scratch;
  found.length = 0;
  literals.scan(text, found, (mask & HIGH) === 0);
  for (const literal of found) {
    for (const gate of gatesOfLiteral[literal]!) {
      if (!holdsKinds(gate, mask) || chosen[gate.index] === 1 || !hasBit(plan.root.reach, gate.rule)) {
        continue;
      }
      if (!holdsFurther(gate.furtherLiterals, literals)) continue;
      chosen[gate.index] = 1;
      candidates.push(gate);
    }
  }
  for (const gate of candidates) chosen[gate.index] = 0;
  return candidates;
}

/** False: no rule from `node` on finds what it needs in a text of these kinds, whatever the steps there make of it. */
function mayReachMatch({ reachNeeds, adds, addsAnyWith }: PlanNode, mask: number): boolean {
  if (reachNeeds === null) return true;
  const possible = mask | adds;
  return (possible & addsAnyWith) !== 0 || holdsOneOf(reachNeeds, possible);
}

function holdsOneOf(needs: readonly (readonly number[])[], mask: number): boolean {
  for (let i = 0; i < needs.length; i++) if (holdsMasks(needs[i]!, mask)) return true;
  return false;
}

function holdsKinds({ allKinds, oneKindOf }: Gate, mask: number): boolean {
  return (mask & allKinds) === allKinds && holdsMasks(oneKindOf, mask);
}

function holdsMasks(needed: readonly number[], mask: number): boolean {
  for (let i = 0; i < needed.length; i++) if ((mask & needed[i]!) === 0) return false;
  return true;
}

function holdsFurther(sets: readonly (readonly number[])[], found: AhoCorasick): boolean {
  for (let i = 0; i < sets.length; i++) if (!holdsOne(sets[i]!, found)) return false;
  return true;
}

function holdsOne(set: readonly number[], found: AhoCorasick): boolean {
  for (let i = 0; i < set.length; i++) if (found.foundLast(set[i]!)) return true;
  return false;
}
