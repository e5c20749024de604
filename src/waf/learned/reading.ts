import { charMask, HIGH } from "../text/char_mask.ts";
import { compileChain } from "../program/chain.ts";
import type { Transformation } from "../transformations/transformation.ts";

/**
 * How the model reads a value before it scores it: as rules do, decoded until stable.
 * [SECURITY] Comments become a blank: `'/*aaaa…*\/or/*aaaa…*\/1=1` would otherwise push the payload's own pieces apart
 * by more than a window.
 */
export const READING: readonly Transformation[] = compileChain([
  "url-decode",
  "html-entities",
  "js-escapes",
  "base64",
  "overlong-utf8",
  "unicode",
  "remove-nulls",
  "replace-comments",
  "compress-whitespace",
], false);

/** The text that is scored. */
export function readForScore(value: string, kinds: number = charMask(value)): string {
  let text = value;
  let mask = kinds;
  for (const step of READING) {
    if ((mask & step.needs) === 0 || text.length < (step.minChars ?? 0)) continue;
    const output = step.apply(text, mask);
    if (output === text) continue;
    text = output;
    mask = step.kindsAfter?.(mask) ?? charMask(text, (mask & HIGH) === 0);
  }
  return text;
}
