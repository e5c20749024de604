import { bytesToText } from "../body/byte_text.ts";
import { PERCENT } from "../char_mask.ts";
import type { Transformation } from "./transformation.ts";

/** Rounds of decoding; what is still encoded after that stays. */
const MAX_ROUNDS = 3;
const ESCAPE = /%u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})/g;

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
  let hasHigh = false;
  const bytes = text.replace(ESCAPE, (_, wide: string | undefined, narrow: string | undefined) => {
    const code = parseInt(wide ?? narrow!, 16);
    if (code > 0x7f && wide === undefined) hasHigh = true;
    return String.fromCharCode(code);
  });
  return hasHigh ? bytesToText(bytes) : bytes;
}
