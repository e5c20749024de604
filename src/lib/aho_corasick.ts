import { TextBytes } from "./text_bytes.ts";

const NO_TABLE = new Uint32Array(0);

/**
 * Finds which of many literals occur in a text, in one pass (Aho & Corasick, 1975).
 *
 * Letters A–Z of the text count as a–z, so literals must be ASCII without upper case; more may count as one character
 * where the caller says so. The automaton is a dense
 * table over the classes of characters that the literals use; every other character resets it.
 *
 * Each step waits for the one before it to come from memory, so a long text is read in four places at once, which
 * overlap by what a literal may cross; and that a literal ended is noted without a branch, which would be guessed
 * wrong at every fifth character.
 *
 * The table takes megabytes for thousands of literals; it is made when it is first needed.
 */
export class AhoCorasick {
  readonly #classOf: Uint8Array;
  /** next[(state << shift) | class]: the following state. */
  #next: Uint16Array | Uint32Array = NO_TABLE;
  #shift = 0;
  /** In states behind this one literals end. */
  #lastSilent = 0;
  /** By a state's distance from the last silent one: where in `#endIds` the literals begin that end in it. */
  #endsFrom = NO_TABLE;
  #endIds = NO_TABLE;
  /** Characters of the longest literal that two neighbouring stretches must share. */
  readonly #overlap: number;
  /** States with ends that the present stretch came through. */
  #hits = NO_TABLE;
  readonly #stretch: number;
  /** The stretch that is being read. */
  readonly #chars: TextBytes;
  readonly #seen: Uint32Array;
  /** Stamps of the states in which literals ended: each of them is collected once a scan. */
  #reached = new Uint8Array(0);
  #reachedStamp = 0;
  #stamp = 0;
  /** What the table is to be made of; null: it is made. */
  #unmade: { readonly literals: readonly string[]; readonly width: number; readonly longest: number } | null;

  /**
   * `literals[i]` has id i. `countsAs`: the code of the character that one of the text is read as, by its code; 255
   * stands for all beyond. Throws RangeError for an empty literal, or one with a character that never counts as itself.
   */
  constructor(literals: readonly string[], countsAs: (code: number) => number = lowerCase) {
    const { classOf, width } = classify(literals, countsAs);
    this.#classOf = classOf;
    const longest = literals.reduce((most, each) => Math.max(most, each.length), 1);
    this.#overlap = longest - 1;
    this.#stretch = Math.max(STRETCH_CHARS, 2 * longest);
    this.#chars = longest * 2 > STRETCH_CHARS ? new TextBytes(this.#stretch) : usualStretch;
    this.#seen = new Uint32Array(literals.length);
    this.#unmade = { literals, width, longest };
  }

  /** Makes the table now, so that no scan has to wait for it. */
  prepare(): void {
    if (this.#unmade === null) return;
    const { literals, width, longest } = this.#unmade;
    const table = complete(buildTrie(literals, this.#classOf, width), width);
    this.#next = table.next;
    this.#shift = table.shift;
    this.#lastSilent = table.lastSilent;
    this.#endsFrom = new Uint32Array(table.ends.length + 1);
    for (const [i, ids] of table.ends.entries()) this.#endsFrom[i + 1] = this.#endsFrom[i]! + ids.length;
    this.#endIds = Uint32Array.from(table.ends.flat());
    // Four lanes read what they share twice, and each writes one state more than it counts.
    this.#hits = new Uint32Array(this.#stretch + 4 * longest + 16);
    this.#reached = new Uint8Array(table.ends.length);
    this.#unmade = null;
  }

  /**
   * Appends the id of each literal that occurs in `text` to `found`, once. `isAscii`: that is what the text is expected
   * to be.
   */
  scan(text: string, found: number[], isAscii = true): void {
    if (this.#unmade !== null) this.prepare();
    const stamp = this.#nextStamp();
    const overlap = this.#overlap;
    for (let from = 0;; from += this.#stretch - overlap) {
      const to = Math.min(text.length, from + this.#stretch);
      const length = to - from;
      this.#chars.read(length === text.length ? text : text.slice(from, to), isAscii);
      const isShort = length < LANES_FROM_CHARS + 4 * overlap;
      this.#collect(isShort ? this.#oneLane(length) : this.#fourLanes(length), stamp, found);
      if (to === text.length) return;
    }
  }

  /** True where the latest `scan` found the literal. */
  foundLast(id: number): boolean {
    return this.#seen[id] === this.#stamp;
  }

  /** Goes through the bytes of a stretch and returns how many hits it noted. */
  #oneLane(length: number): number {
    const { bytes } = this.#chars;
    const classOf = this.#classOf;
    const next = this.#next;
    const shift = this.#shift;
    const lastSilent = this.#lastSilent;
    const hits = this.#hits;
    let state = 0;
    let count = 0;
    for (let i = 0; i < length; i++) {
      state = next[(state << shift) | classOf[bytes[i]!]!]!;
      hits[count] = state;
      count += (lastSilent - state) >>> 31;
    }
    return count;
  }

  #fourLanes(length: number): number {
    const { bytes } = this.#chars;
    const classOf = this.#classOf;
    const next = this.#next;
    const shift = this.#shift;
    const lastSilent = this.#lastSilent;
    const hits = this.#hits;
    const quarter = length >> 2;
    const fromB = quarter - this.#overlap;
    const fromC = fromB + quarter;
    const fromD = fromC + quarter;
    const steps = length - fromD;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let count = 0;
    for (let i = 0; i < steps; i++) {
      a = next[(a << shift) | classOf[bytes[i]!]!]!;
      b = next[(b << shift) | classOf[bytes[fromB + i]!]!]!;
      c = next[(c << shift) | classOf[bytes[fromC + i]!]!]!;
      d = next[(d << shift) | classOf[bytes[fromD + i]!]!]!;
      hits[count] = a;
      count += (lastSilent - a) >>> 31;
      hits[count] = b;
      count += (lastSilent - b) >>> 31;
      hits[count] = c;
      count += (lastSilent - c) >>> 31;
      hits[count] = d;
      count += (lastSilent - d) >>> 31;
    }
    return count;
  }

  #collect(count: number, stamp: number, found: number[]): void {
    const hits = this.#hits;
    const reached = this.#reached;
    const reachedStamp = this.#reachedStamp;
    const endsFrom = this.#endsFrom;
    const endIds = this.#endIds;
    const seen = this.#seen;
    const firstEnd = this.#lastSilent + 1;
    for (let i = 0; i < count; i++) {
      const end = hits[i]! - firstEnd;
      if (reached[end] === reachedStamp) continue;
      reached[end] = reachedStamp;
      const last = endsFrom[end + 1]!;
      for (let k = endsFrom[end]!; k < last; k++) {
        const id = endIds[k]!;
        if (seen[id] === stamp) continue;
        seen[id] = stamp;
        found.push(id);
      }
    }
  }

  #nextStamp(): number {
    // One byte a state: the table is in the cache of the processor, and cleared in no time.
    if (this.#reachedStamp === 0xff) {
      this.#reached.fill(0);
      this.#reachedStamp = 0;
    }
    this.#reachedStamp++;
    if (this.#stamp === 0xffff_ffff) {
      this.#seen.fill(0);
      this.#stamp = 0;
    }
    return ++this.#stamp;
  }
}

/** Characters that are read at a stretch; behind them what was noted is collected. */
const STRETCH_CHARS = 4096;
const usualStretch = new TextBytes(STRETCH_CHARS);
/** Shorter texts are read in one lane. */
const LANES_FROM_CHARS = 64;

/** Class 0 stands for every character that no literal uses. */
function classify(
  literals: readonly string[],
  countsAs: (code: number) => number,
): { classOf: Uint8Array; width: number } {
  const classOf = new Uint8Array(256);
  let width = 1;
  for (const literal of literals) {
    if (literal === "") throw new RangeError("empty literal");
    for (let i = 0; i < literal.length; i++) {
      const code = literal.charCodeAt(i);
      if (code > 127 || countsAs(code) !== code) {
        throw new RangeError(`literal holds what no text does, or is not ASCII: ${literal}`);
      }
      if (classOf[code] === 0) classOf[code] = width++;
    }
  }
  for (let code = 0; code < classOf.length; code++) classOf[code] = classOf[countsAs(code)]!;
  return { classOf, width };
}

function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 32 : code;
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

interface Table {
  readonly next: Uint16Array | Uint32Array;
  readonly shift: number;
  readonly lastSilent: number;
  readonly ends: readonly (readonly number[])[];
}

/** Breadth first: failure links are folded into the table, and the ends of suffixes into `ends`. */
function complete(trie: Trie, width: number): Table {
  const { children, ends } = trie;
  const next = Int32Array.from(children);
  const fail = new Int32Array(ends.length);
  const order: number[] = [0];
  for (let c = 1; c < width; c++) if (next[c] !== 0) order.push(next[c]!);
  for (let head = 1; head < order.length; head++) {
    const state = order[head]!;
    ends[state]!.push(...ends[fail[state]!]!);
    for (let c = 0; c < width; c++) {
      const child = children[state * width + c]!;
      const fallback = next[fail[state]! * width + c]!;
      if (child === 0) next[state * width + c] = fallback;
      else {
        fail[child] = fallback;
        order.push(child);
      }
    }
  }
  return arrange(next, width, order, ends);
}

/** States in which nothing ends come first, so that one comparison tells; rows are padded to a power of two. */
function arrange(
  next: Int32Array,
  width: number,
  order: readonly number[],
  ends: readonly (readonly number[])[],
): Table {
  const silent = order.filter((state) => ends[state]!.length === 0);
  const ending = order.filter((state) => ends[state]!.length > 0);
  const arranged = [...silent, ...ending];
  const place = new Int32Array(arranged.length);
  for (const [i, state] of arranged.entries()) place[state] = i;
  const shift = Math.ceil(Math.log2(width));
  const cells = arranged.length << shift;
  const table = arranged.length > 0xffff ? new Uint32Array(cells) : new Uint16Array(cells);
  for (const [i, state] of arranged.entries()) {
    for (let c = 0; c < width; c++) table[(i << shift) | c] = place[next[state * width + c]!]!;
  }
  return { next: table, shift, lastSilent: silent.length - 1, ends: ending.map((state) => ends[state]!) };
}
