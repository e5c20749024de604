const DIGITS = Int8Array.from({ length: 128 }, (_, code) => {
  const digit = parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? -1 : digit;
});

/** What a hexadecimal digit counts, by its code; negative: it is none. Behind the end of a text the code is NaN. */
export function hexDigit(code: number): number {
  return code < 128 ? DIGITS[code]! : -1;
}
