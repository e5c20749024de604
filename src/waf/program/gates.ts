import { AhoCorasick } from "../../lib/aho_corasick.ts";
import { literalChar, literalText } from "./literal_chars.ts";
import type { Matcher, Need } from "../operators/matcher.ts";

/** One way in which a rule can match: what a text must hold for it. */
export interface Gate {
  /** Its place in the table. */
  readonly index: number;
  readonly rule: number;
  readonly masks: readonly number[];
  /** What the masks say again, as it is looked at fastest: kinds that must all be there, and sets of one kind each. */
  readonly allKinds: number;
  readonly oneKindOf: readonly number[];
  /** Sets of literal ids besides the one that leads here: of each, one must have been found. */
  readonly furtherLiterals: readonly (readonly number[])[];
  /** Whether a text matches in this way; null: the rule's matcher tells. */
  readonly test: ((text: string) => boolean) | null;
}

/** The gates of some rules, and what leads to them. */
export interface GateTable {
  readonly gates: readonly Gate[];
  /** Finds the literals of all gates. */
  readonly literals: AhoCorasick;
  /** gatesOfLiteral[id]: the gates (by index) that the literal leads to. */
  readonly gatesOfLiteral: readonly (readonly Gate[])[];
  /** Gates that no literal leads to, by rule. */
  readonly ungatedOf: ReadonlyMap<number, readonly Gate[]>;
  /** By gate: 1 while a text's candidates are chosen, and it is one of them already. */
  readonly chosen: Uint8Array;
}

const MAX_LITERAL_CHARS = 12;

/** The table of the rules `chosen` of `matchers`; null there: the rule has no matcher, so no gate. */
export function buildGates(matchers: readonly (Matcher | null)[], chosen: Iterable<number>): GateTable {
  const builder = new GateBuilder();
  for (const rule of chosen) {
    for (const need of matchers[rule]?.needs ?? []) builder.add(rule, need);
  }
  const { gates, gatesOfLiteral, ungatedOf } = builder;
  const literals = new AhoCorasick(builder.texts, literalChar);
  return { gates, literals, gatesOfLiteral, ungatedOf, chosen: new Uint8Array(gates.length) };
}

class GateBuilder {
  readonly gates: Gate[] = [];
  readonly texts: string[] = [];
  readonly gatesOfLiteral: Gate[][] = [];
  readonly ungatedOf = new Map<number, Gate[]>();
  readonly #ids = new Map<string, number>();

  add(rule: number, need: Need): void {
    const [leading, ...further] = need.literals.map((set) => shortened(set).map((text) => this.#id(text)));
    const { masks, test = null } = need;
    const gate: Gate = {
      index: this.gates.length,
      rule,
      masks,
      allKinds: masks.filter(isOneKind).reduce((all, mask) => all | mask, 0),
      oneKindOf: masks.filter((mask) => !isOneKind(mask)),
      furtherLiterals: further,
      test,
    };
    this.gates.push(gate);
    if (leading === undefined) this.ungatedOf.set(rule, [...this.ungatedOf.get(rule) ?? [], gate]);
    for (const id of leading ?? []) this.gatesOfLiteral[id]!.push(gate);
  }

  #id(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.texts.push(text) - 1;
      this.gatesOfLiteral.push([]);
      this.#ids.set(text, id);
    }
    return id;
  }
}

function isOneKind(mask: number): boolean {
  return (mask & (mask - 1)) === 0;
}

/** Where a literal occurs its beginning occurs, and short beginnings keep the table of the automaton small. */
function shortened(literals: readonly string[]): string[] {
  return [...new Set(literals.map((text) => literalText(text.slice(0, MAX_LITERAL_CHARS))))];
}
