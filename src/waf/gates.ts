import { AhoCorasick } from "../lib/aho_corasick.ts";
import type { Matcher, Need } from "./operators/matcher.ts";

/** One way in which a rule can match: what a text must hold for it. */
export interface Gate {
  readonly rule: number;
  readonly masks: readonly number[];
  /** Sets of literal ids besides the one that leads here: of each, one must have been found. */
  readonly furtherLiterals: readonly (readonly number[])[];
}

/** The gates of some rules, and what leads to them. */
export interface GateTable {
  readonly gates: readonly Gate[];
  /** Finds the literals of all gates. */
  readonly literals: AhoCorasick;
  /** gatesOfLiteral[id]: the gates (by index) that the literal leads to. */
  readonly gatesOfLiteral: readonly (readonly number[])[];
  /** Gates that no literal leads to, by rule. */
  readonly ungatedOf: ReadonlyMap<number, readonly number[]>;
}

const MAX_LITERAL_CHARS = 7;

/** The table of the rules `chosen` of `matchers`; null there: the rule has no matcher, so no gate. */
export function buildGates(matchers: readonly (Matcher | null)[], chosen: Iterable<number>): GateTable {
  const builder = new GateBuilder();
  for (const rule of chosen) {
    for (const need of matchers[rule]?.needs ?? []) builder.add(rule, need);
  }
  const { gates, gatesOfLiteral, ungatedOf } = builder;
  return { gates, literals: new AhoCorasick(builder.texts), gatesOfLiteral, ungatedOf };
}

class GateBuilder {
  readonly gates: Gate[] = [];
  readonly texts: string[] = [];
  readonly gatesOfLiteral: number[][] = [];
  readonly ungatedOf = new Map<number, number[]>();
  readonly #ids = new Map<string, number>();

  add(rule: number, need: Need): void {
    const [leading, ...further] = need.literals.map((set) => shortened(set).map((text) => this.#id(text)));
    const gate = this.gates.push({ rule, masks: need.masks, furtherLiterals: further }) - 1;
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

/** Where a literal occurs its beginning occurs, and short beginnings keep the table of the automaton small. */
function shortened(literals: readonly string[]): string[] {
  return [...new Set(literals.map((text) => text.slice(0, MAX_LITERAL_CHARS)))];
}
