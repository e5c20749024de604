/** More digits could pass 2^53, and the number would be rounded. */
const MAX_DIGITS = 15;

/** The number that `text` writes in decimal digits and nothing else, 1 to 15 of them (RFC 9110, 8.6); else -1. */
export function plainNumber(text: string): number {
  if (text.length === 0 || text.length > MAX_DIGITS) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
