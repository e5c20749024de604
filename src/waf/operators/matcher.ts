/** Start and end of a match inside the text it was found in, in characters. */
export type Span = readonly [number, number];

/**
 * One way of matching, and what a text holds that it needs. Necessary only; where it holds the engine asks `test`, and
 * `find` where that matched.
 */
export interface Need {
  /** Sets of lower-case ASCII literals: of each set at least one occurs in the text. Empty: nothing is known. */
  readonly literals: readonly (readonly string[])[];
  /** Masks (char_mask.ts): of each at least one kind of character occurs in the text. */
  readonly masks: readonly number[];
  /** Whether a text matches in this way; absent: the matcher's `find` tells at no greater cost. Pure, total. */
  readonly test?: (text: string) => boolean;
}

/** What decides on one transformed value. */
export interface Matcher {
  /** Every text that matches fulfils at least one of these. */
  readonly needs: readonly Need[];
  /** The text reaches it in lower case. */
  readonly lowerCase: boolean;
  /** The first match, or null. Pure, total. */
  find(text: string): Span | null;
}
