/** Start and end of a match inside the text it was found in, in characters. */
export type Span = readonly [number, number];

/** What decides on one transformed value. */
export interface Matcher {
  /**
   * Sets of ASCII literals: of each set at least one occurs in every text that matches. Empty: nothing is known.
   * Necessary only; the engine runs `find` where they hold.
   */
  readonly literals: readonly (readonly string[])[];
  /** Masks (char_mask.ts): of each at least one kind of character occurs in every text that matches. */
  readonly masks: readonly number[];
  /** The text reaches it in lower case. */
  readonly lowerCase: boolean;
  /** The first match, or null. Pure, total. */
  find(text: string): Span | null;
}
