/** Start and end of a match inside the text it was found in, in characters. */
export type Span = readonly [number, number];

/** What a text holds that one way of matching needs. Necessary only; the engine runs `find` where it holds. */
export interface Need {
  /** Sets of lower-case ASCII literals: of each set at least one occurs in the text. Empty: nothing is known. */
  readonly literals: readonly (readonly string[])[];
  /** Masks (char_mask.ts): of each at least one kind of character occurs in the text. */
  readonly masks: readonly number[];
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
