import { FIRST_WORD_TOKEN } from "./alphabet.ts";

/** Open-addressed hash table of the words that the model knows; their text is not kept. */
export interface Vocabulary {
  /** A power of two of slots. */
  readonly wordKeys: Int32Array;
  readonly wordTokens: Uint16Array;
}

/** A word's token is its place in `hashes`. */
export function buildVocabulary(hashes: Int32Array): Vocabulary {
  const slots = 1 << Math.ceil(Math.log2(Math.max(64, hashes.length * 6)));
  const wordKeys = new Int32Array(new SharedArrayBuffer(slots * 4));
  const wordTokens = new Uint16Array(new SharedArrayBuffer(slots * 2));
  for (const [i, hash] of hashes.entries()) {
    let slot = slotOf(hash, slots);
    while (wordTokens[slot] !== 0 && wordKeys[slot] !== hash) slot = (slot + 1) & (slots - 1);
    wordKeys[slot] = hash;
    wordTokens[slot] = FIRST_WORD_TOKEN + i;
  }
  return { wordKeys, wordTokens };
}

/** Token of the word with this hash, or 0. */
export function tokenOf(words: Vocabulary, hash: number): number {
  const { wordKeys, wordTokens } = words;
  let slot = slotOf(hash, wordKeys.length);
  while (wordTokens[slot] !== 0) {
    if (wordKeys[slot] === hash) return wordTokens[slot]!;
    slot = (slot + 1) & (wordKeys.length - 1);
  }
  return 0;
}

function slotOf(hash: number, slots: number): number {
  return (hash ^ (hash >>> 15)) & (slots - 1);
}
