import { bytesToText } from "../body/byte_text.ts";
import { PERCENT } from "../text/char_mask.ts";
import { CharWriter } from "./char_writer.ts";
import { hexDigit } from "./hex_digit.ts";
import type { Transformation } from "./transformation.ts";

/** Rounds of decoding; what is still encoded after that stays. */
const MAX_ROUNDS = 3;

/** `%27` → `'`, also double-encoded (`%2527`) and in the `%u0027` form of IIS; repeated until stable, at most 3. */
export const urlDecode: Transformation = {
  name: "url-decode",
  summary: "percent-encoding, until nothing changes (at most 3 times): %2527 → %27 → '",
  needs: PERCENT,
  mayRaiseCase: true,
  apply(text) {
    let current = text;
    for (let round = 0; round < MAX_ROUNDS && current.includes("%"); round++) {
      const decoded = urlDecodeOnce(current);
      if (decoded === current) break;
      current = decoded;
    }
    return current;
  },
};

/** Decodes each escape once; the bytes become text where they are UTF-8. */
export function urlDecodeOnce(text: string): string {
  const writer = new CharWriter(text);
  let hasHigh = false;
  for (let at = text.indexOf("%"); at >= 0;) {
    const isWide = text.charCodeAt(at + 1) === 0x75;
    const end = at + (isWide ? 6 : 3);
    const code = isWide ? (byteAt(text, at + 2) << 8) | byteAt(text, at + 4) : byteAt(text, at + 1);
    if (code < 0) {
      at = text.indexOf("%", at + 1);
      continue;
    }
    if (code > 0x7f && !isWide) hasHigh = true;
    writer.replaceByCode(at, end, code);
    at = text.indexOf("%", end);
  }
  const bytes = writer.finish();
  return hasHigh ? bytesToText(bytes) : bytes;
}

/** What two hexadecimal digits at `at` say; negative where they are none. */
function byteAt(text: string, at: number): number {
  return (hexDigit(text.charCodeAt(at)) << 4) | hexDigit(text.charCodeAt(at + 1));
}
