/** One way to read a value as some layer behind Aegis might read it. */
export interface Transformation {
  /** As rules write it in `transform`. */
  readonly name: string;
  /** What it undoes, with an example; shown by `aegis rule` and the rules page. */
  readonly summary: string;
  /**
   * Kinds of characters (char_mask.ts) without any of which `apply` returns its input unchanged. A promise: the
   * engine skips the call then.
   */
  readonly needs: number;
  /** The same promise for texts with fewer characters; absent: none. */
  readonly minChars?: number;
  /**
   * The kinds of characters that the output may hold, by those of the input; absent: only a look at it tells. What is
   * told here is not looked for.
   */
  kindsAfter?(kinds: number): number;
  /** The only kinds that the output may hold although the input has none of them; absent: any. */
  readonly adds?: number;
  /** The output is always a part of the input as it stands: what does not occur in the one does not in the other. */
  readonly isCut?: boolean;
  /** True where `output` holds just the literals that `input` does, as they are looked for (literal_chars.ts). */
  keepsLiterals?(input: string, output: string, kinds: number): boolean;
  /** The output may hold upper-case letters although the input had none. */
  readonly mayRaiseCase: boolean;
  /** Pure, total, and linear in the length of `text`. `kinds`: all kinds of characters that it may hold. */
  apply(text: string, kinds?: number): string;
}
