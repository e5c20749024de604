import { ownCopy } from "../../lib/own_copy.ts";

/** Longer values are rarely seen twice and would push out many short ones. */
const MAX_VALUE_CHARS = 512;
/** Per generation; two generations live. */
const MAX_ENTRIES = 4096;
const MAX_CHARS = 256 * 1024;
/** Values up to this length are hashed whole at the door, of longer ones as many characters. */
const HASHED_CHARS = 256;
const DOOR_SLOTS = 8192;

/**
 * Values in which no rule of a target found anything, so that the usual request costs a look-up a value.
 *
 * A value enters at its second sight (a table of hashes guards the door), so that what is sent once pushes nothing
 * out. Bounded by two generations: when the young one is full it becomes the old one, and the old one is dropped.
 * [SECURITY] Only clean values are kept, whole: a collision of hashes at the door can cost a place, never a match.
 */
export class CleanMemo {
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  #youngChars = 0;
  readonly #door = new Uint32Array(DOOR_SLOTS);
  readonly #maxValueChars: number;

  /** Longer values than `maxValueChars` are not remembered. */
  constructor(maxValueChars: number = MAX_VALUE_CHARS) {
    this.#maxValueChars = maxValueChars;
  }

  /** True where `value` is known to be clean for the plan of `bit` (or for all of several bits). */
  has(value: string, bit: number): boolean {
    if (value.length > this.#maxValueChars) return false;
    const young = this.#young.get(value);
    if (young !== undefined && (young & bit) === bit) return true;
    const old = this.#old.get(value);
    if (old === undefined || (old & bit) !== bit) return false;
    this.#put(value, old | (young ?? 0));
    return true;
  }

  /** Remembers that `value` is clean for the plan of `bit`, from its second sight on. */
  add(value: string, bit: number): void {
    if (value.length > this.#maxValueChars) return;
    if (!this.#knocked((hashOf(value) ^ bit) >>> 0)) return;
    this.#put(value, (this.#young.get(value) ?? 0) | bit);
  }

  /** True from the second call with the same hash on, unless others came between. Two places share a slot. */
  #knocked(hash: number): boolean {
    const door = this.#door;
    const slot = hash & (DOOR_SLOTS - 2);
    if (door[slot] === hash || door[slot + 1] === hash) return true;
    door[slot + 1] = door[slot]!;
    door[slot] = hash;
    return false;
  }

  #put(value: string, bits: number): void {
    const known = this.#young.get(value);
    if (known === undefined) {
      if (this.#young.size >= MAX_ENTRIES || this.#youngChars + value.length > MAX_CHARS) this.#turn();
      this.#youngChars += value.length;
      this.#young.set(ownCopy(value), bits);
    } else if (known !== bits) this.#young.set(value, bits);
  }

  #turn(): void {
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngChars = 0;
  }
}

/** FNV-1a over the characters, and the length. */
function hashOf(value: string): number {
  let hash = 0x811c9dc5 ^ value.length;
  const step = Math.ceil(value.length / HASHED_CHARS);
  for (let i = 0; i < value.length; i += step) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  return hash;
}
