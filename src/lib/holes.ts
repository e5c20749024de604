/** Places in a message of fixed length where texts belong that differ from one copy to the next. */
export interface Holes {
  /** Where each begins, counted from the message's begin. */
  readonly starts: readonly number[];
  /** Which text belongs there. */
  readonly texts: readonly number[];
}

/** Writes the texts into the copy of a message that begins at `at`. Each must be as long as its hole, and ASCII. */
export function fillHoles(target: Uint8Array, at: number, holes: Holes, texts: readonly string[]): void {
  const { starts } = holes;
  for (let i = 0; i < starts.length; i++) writeAscii(texts[holes.texts[i]!]!, target, at + starts[i]!);
}

/** Writes a short text of one byte a char: a loop is done before a call of the runtime has begun. */
export function writeAscii(text: string, target: Uint8Array, at: number): void {
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
}
