/**
 * The syntax tree of a rule's regex: enough to know which literals and which kinds of characters any match must
 * hold. Characters are sets over ASCII plus one member for everything else. Branches of an alternation keep how they
 * were written.
 */
export type RegexNode =
  | { readonly kind: "empty" }
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "cat"; readonly of: readonly RegexNode[] }
  | { readonly kind: "alt"; readonly of: readonly RegexNode[]; readonly sources: readonly string[] }
  | { readonly kind: "repeat"; readonly of: RegexNode; readonly min: number; readonly max: number };

/** Member i stands for the character with code i; the last one for everything outside ASCII. */
export type CharSet = Uint8Array;
export const CHAR_SET_SIZE = 129;
const OUTSIDE = 128;

/** What is wrong with a pattern, and where (offset in characters). */
export class RegexSyntaxError extends Error {
  override readonly name = "RegexSyntaxError";
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

export function emptySet(): CharSet {
  return new Uint8Array(CHAR_SET_SIZE);
}

function setOf(...codes: number[]): CharSet {
  const set = emptySet();
  for (const code of codes) add(set, code);
  return set;
}

function add(set: CharSet, code: number): void {
  set[code < OUTSIDE ? code : OUTSIDE] = 1;
}

function invert(set: CharSet): CharSet {
  const inverted = set.map((member) => member === 0 ? 1 : 0);
  inverted[OUTSIDE] = 1; // some character outside ASCII is left over whatever was listed
  return inverted;
}

function rangeSet(...ranges: readonly (readonly [number, number])[]): CharSet {
  const set = emptySet();
  for (const [from, to] of ranges) {
    for (let code = from; code <= to && code <= OUTSIDE; code++) add(set, code);
  }
  return set;
}

const DIGITS = rangeSet([0x30, 0x39]);
const WORD = rangeSet([0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a], [0x5f, 0x5f]);
const SPACE = rangeSet([9, 13], [0x20, 0x20], [OUTSIDE, OUTSIDE]);
const DOT = invert(setOf(0x0a, 0x0d));
const CLASS_ESCAPES: Readonly<Record<string, CharSet>> = {
  d: DIGITS,
  D: invert(DIGITS),
  w: WORD,
  W: invert(WORD),
  s: SPACE,
  S: invert(rangeSet([9, 13], [0x20, 0x20])),
};
const CONTROL_ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, v: 11, f: 12, 0: 0 };

/** Parses a pattern of the subset that the engine takes. Throws RegexSyntaxError with the position. */
export function parseRegex(pattern: string): RegexNode {
  return new Parser(pattern).parse();
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): RegexNode {
    const node = this.#alternation();
    if (this.#at < this.#text.length) throw this.#error("unmatched )");
    return node;
  }

  #error(message: string, at = this.#at): RegexSyntaxError {
    return new RegexSyntaxError(message, at);
  }

  #alternation(): RegexNode {
    if (++this.#depth > 100) throw this.#error("groups are nested more than 100 deep");
    const branches: RegexNode[] = [];
    const sources: string[] = [];
    for (;;) {
      const from = this.#at;
      branches.push(this.#sequence());
      sources.push(this.#text.slice(from, this.#at));
      if (this.#text[this.#at] !== "|") break;
      this.#at++;
    }
    this.#depth--;
    return branches.length === 1 ? branches[0]! : { kind: "alt", of: branches, sources };
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== "|" && this.#text[this.#at] !== ")") {
      parts.push(this.#quantified());
    }
    return parts.length === 1 ? parts[0]! : { kind: "cat", of: parts };
  }

  #quantified(): RegexNode {
    const atom = this.#atom();
    const range = this.#quantifier();
    if (range === null) return atom;
    if (this.#text[this.#at] === "?") this.#at++;
    return { kind: "repeat", of: atom, min: range[0], max: range[1] };
  }

  #quantifier(): [number, number] | null {
    const char = this.#text[this.#at];
    if (char === "*" || char === "+" || char === "?") {
      this.#at++;
      return [char === "+" ? 1 : 0, char === "?" ? 1 : Infinity];
    }
    const counted = char === "{"
      ? /^\{(\d+)(,(\d*))?\}/.exec(this.#text.slice(this.#at, this.#at + 24))
      : null;
    if (counted === null) return null;
    this.#at += counted[0].length;
    const min = Number(counted[1]);
    if (counted[2] === undefined) return [min, min];
    return [min, counted[3] === "" ? Infinity : Number(counted[3])];
  }

  #atom(): RegexNode {
    const at = this.#at;
    const char = this.#text[this.#at++]!;
    switch (char) {
      case "(":
        return this.#group(at);
      case "[":
        return { kind: "set", set: this.#charClass(at) };
      case ".":
        return { kind: "set", set: DOT };
      case "^":
      case "$":
        return { kind: "empty" };
      case "\\":
        return this.#escape(at);
      case "*":
      case "+":
      case "?":
        throw this.#error(`nothing to repeat before ${char}`, at);
      default:
        return { kind: "set", set: setOf(char.charCodeAt(0)) };
    }
  }

  #group(at: number): RegexNode {
    if (this.#text[this.#at] === "?") {
      const head = /^\?(?:(:)|<([A-Za-z_]\w*)>)/.exec(this.#text.slice(this.#at, this.#at + 80));
      if (head === null) {
        const isLook = /^\?(?:<?[=!])/.test(this.#text.slice(this.#at, this.#at + 3));
        throw this.#error(isLook ? "look-around is not linear" : "unknown kind of group", at);
      }
      this.#at += head[0].length;
    }
    const node = this.#alternation();
    if (this.#text[this.#at] !== ")") throw this.#error("group is not closed", at);
    this.#at++;
    return node;
  }

  #escape(at: number): RegexNode {
    const char = this.#text[this.#at];
    if (char === undefined) throw this.#error("\\ at the end", at);
    if (char === "b" || char === "B") {
      this.#at++;
      return { kind: "empty" };
    }
    if ((char >= "1" && char <= "9") || char === "k") throw this.#error("back-references are not linear", at);
    const escaped = this.#classOrCharEscape(at);
    return { kind: "set", set: typeof escaped === "number" ? setOf(escaped) : escaped };
  }

  /** After a backslash: a set, or the code of one character. */
  #classOrCharEscape(at: number): CharSet | number {
    const char = this.#text[this.#at++]!;
    const set = CLASS_ESCAPES[char];
    if (set !== undefined) return set;
    const control = CONTROL_ESCAPES[char];
    if (control !== undefined) return control;
    if (char === "x" || char === "u") {
      const digits = char === "x" ? 2 : 4;
      const hex = this.#text.slice(this.#at, this.#at + digits);
      if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length < digits) {
        throw this.#error(`\\${char} needs ${digits} hexadecimal digits`, at);
      }
      this.#at += digits;
      return parseInt(hex, 16);
    }
    if (/[a-zA-Z0-9]/.test(char)) throw this.#error(`\\${char} has no meaning here`, at);
    return char.charCodeAt(0);
  }

  #charClass(at: number): CharSet {
    const set = emptySet();
    const negated = this.#text[this.#at] === "^";
    if (negated) this.#at++;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw this.#error("[ is not closed", at);
      if (char === "]") break;
      this.#classMember(set);
    }
    this.#at++;
    return negated ? invert(set) : set;
  }

  #classMember(set: CharSet): void {
    const at = this.#at;
    const from = this.#classAtom();
    if (
      this.#text[this.#at] !== "-" || this.#text[this.#at + 1] === "]" || this.#at + 1 >= this.#text.length
    ) {
      return include(set, from);
    }
    this.#at++;
    const to = this.#classAtom();
    if (typeof from !== "number" || typeof to !== "number" || to < from) {
      throw this.#error("range out of order", at);
    }
    for (let code = from; code <= Math.min(to, OUTSIDE); code++) add(set, code);
    if (to >= OUTSIDE) add(set, OUTSIDE);
  }

  #classAtom(): CharSet | number {
    const at = this.#at;
    const char = this.#text[this.#at++];
    if (char === undefined) throw this.#error("[ is not closed", at);
    if (char !== "\\") return char.charCodeAt(0);
    if (this.#at >= this.#text.length) throw this.#error("\\ at the end", at);
    if (this.#text[this.#at] === "b") {
      this.#at++;
      return 8;
    }
    return this.#classOrCharEscape(at);
  }
}

function include(set: CharSet, member: CharSet | number): void {
  if (typeof member === "number") return add(set, member);
  for (let i = 0; i < CHAR_SET_SIZE; i++) if (member[i] === 1) set[i] = 1;
}
