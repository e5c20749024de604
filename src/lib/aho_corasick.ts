/**
 * Finds which of many literals occur in a text, in one pass (Aho & Corasick, 1975).
 *
 * Letters A–Z of the text count as a–z, so literals must be ASCII without upper case. The automaton is a dense
 * table over the classes of characters that the literals use; every other character resets it.
 */
export class AhoCorasick {
  readonly #classOf: Uint8Array;
  readonly #width: number;
  /** next[state + class], states being multiples of the width: the following state; ~state where literals end there. */
  readonly #next: Int32Array;
  /** Ids of the literals that end in a state. */
  readonly #ends: readonly (readonly number[])[];
  readonly #seen: Uint32Array;
  /** Stamps of the states in which literals ended: each of them is collected once a scan. */
  readonly #reached: Uint32Array;
  #stamp = 0;

  /** `literals[i]` has id i. Throws RangeError for an empty one, or one with an upper-case or non-ASCII character. */
  constructor(literals: readonly string[]) {
    const { classOf, width } = classify(literals);
    const trie = buildTrie(literals, classOf, width);
    this.#classOf = classOf;
    this.#width = width;
    this.#ends = trie.ends;
    this.#next = complete(trie, width);
    this.#seen = new Uint32Array(literals.length);
    this.#reached = new Uint32Array(trie.ends.length);
  }

  /** Bytes of the transition table. */
  get tableBytes(): number {
    return this.#next.byteLength;
  }

  /** Appends the id of each literal that occurs in `text` to `found`, once. */
  scan(text: string, found: number[]): void {
    const classOf = this.#classOf;
    const next = this.#next;
    const width = this.#width;
    const stamp = this.#nextStamp();
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      // No branch on 127: on binary data it would cost more than the step itself.
      state = next[state + classOf[code > 0xff ? 0xff : code]!]!;
      if (state < 0) {
        state = ~state;
        const reached = state / width;
        if (this.#reached[reached] !== stamp) this.#collect(reached, stamp, found);
      }
    }
  }

  /** True where the latest `scan` found the literal. */
  foundLast(id: number): boolean {
    return this.#seen[id] === this.#stamp;
  }

  #collect(state: number, stamp: number, found: number[]): void {
    const seen = this.#seen;
    this.#reached[state] = stamp;
    for (const id of this.#ends[state]!) {
      if (seen[id] === stamp) continue;
      seen[id] = stamp;
      found.push(id);
    }
  }

  #nextStamp(): number {
    if (this.#stamp === 0xffff_ffff) {
      this.#seen.fill(0);
      this.#reached.fill(0);
      this.#stamp = 0;
    }
    return ++this.#stamp;
  }
}

/** Class 0 stands for every character that no literal uses. */
function classify(literals: readonly string[]): { classOf: Uint8Array; width: number } {
  const classOf = new Uint8Array(256);
  let width = 1;
  for (const literal of literals) {
    if (literal === "") throw new RangeError("empty literal");
    for (let i = 0; i < literal.length; i++) {
      const code = literal.charCodeAt(i);
      if (code > 127 || (code >= 0x41 && code <= 0x5a)) {
        throw new RangeError(`literal not lower-case ASCII: ${literal}`);
      }
      if (classOf[code] === 0) classOf[code] = width++;
    }
  }
  for (let upper = 0x41; upper <= 0x5a; upper++) classOf[upper] = classOf[upper + 32]!;
  return { classOf, width };
}

interface Trie {
  /** children[state * width + class], 0 where there is none. */
  readonly children: number[];
  readonly ends: number[][];
}

function buildTrie(literals: readonly string[], classOf: Uint8Array, width: number): Trie {
  const children: number[] = new Array<number>(width).fill(0);
  const ends: number[][] = [[]];
  for (const [id, literal] of literals.entries()) {
    let state = 0;
    for (let i = 0; i < literal.length; i++) {
      const slot = state * width + classOf[literal.charCodeAt(i)]!;
      if (children[slot] === 0) {
        children[slot] = ends.length;
        ends.push([]);
        for (let c = 0; c < width; c++) children.push(0);
      }
      state = children[slot]!;
    }
    ends[state]!.push(id);
  }
  return { children, ends };
}

/** Breadth first: failure links are folded into the table, and the ends of suffixes into `ends`. */
function complete(trie: Trie, width: number): Int32Array {
  const { children, ends } = trie;
  const next = Int32Array.from(children);
  const fail = new Int32Array(ends.length);
  const queue: number[] = [];
  for (let c = 1; c < width; c++) if (next[c] !== 0) queue.push(next[c]!);
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head]!;
    ends[state]!.push(...ends[fail[state]!]!);
    for (let c = 0; c < width; c++) {
      const child = children[state * width + c]!;
      const fallback = next[fail[state]! * width + c]!;
      if (child === 0) next[state * width + c] = fallback;
      else {
        fail[child] = fallback;
        queue.push(child);
      }
    }
  }
  for (let i = 0; i < next.length; i++) {
    const state = next[i]!;
    next[i] = ends[state]!.length > 0 ? ~(state * width) : state * width;
  }
  return next;
}
