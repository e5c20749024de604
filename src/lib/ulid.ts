const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Whether `text` is an identifier as it is written here. */
export function isUlid(text: string): boolean {
  return ULID.test(text);
}

/** Every pair of the alphabet, so that one look-up gives ten bits. */
const PAIRS: readonly string[] = Array.from(
  { length: 1_024 },
  (_, value) => ALPHABET[value >> 5]! + ALPHABET[value & 31]!,
);

const RANDOM_WORDS = 2_048;
const WORDS_PER_ID = 8;

/**
 * Makes identifiers of 26 characters that sort by time (ULID: 48 bits of milliseconds, 80 random bits, Crockford's
 * base 32). Two ids of one millisecond are in no particular order.
 */
export class UlidGenerator {
  #random = new Uint16Array(RANDOM_WORDS);
  #used = RANDOM_WORDS;
  #timeMs = -1;
  #timeText = "";

  /** `nowMs`: milliseconds since 1970, below 2^48. */
  next(nowMs: number): string {
    if (nowMs !== this.#timeMs) {
      this.#timeMs = nowMs;
      this.#timeText = timeText(nowMs);
    }
    if (this.#used + WORDS_PER_ID > RANDOM_WORDS) {
      crypto.getRandomValues(this.#random);
      this.#used = 0;
    }
    const random = this.#random;
    let at = this.#used;
    this.#used += WORDS_PER_ID;
    return this.#timeText + PAIRS[random[at++]! & 1023]! + PAIRS[random[at++]! & 1023]! +
      PAIRS[random[at++]! & 1023]! + PAIRS[random[at++]! & 1023]! + PAIRS[random[at++]! & 1023]! +
      PAIRS[random[at++]! & 1023]! + PAIRS[random[at++]! & 1023]! + PAIRS[random[at]! & 1023]!;
  }
}

/** Ten characters, the first of 3 bits. */
function timeText(nowMs: number): string {
  let rest = Math.trunc(nowMs);
  let text = "";
  for (let i = 0; i < 5; i++) {
    text = PAIRS[rest % 1_024]! + text;
    rest = Math.floor(rest / 1_024);
  }
  return text;
}
