import { CLASS_OF, STEPS } from "./text_balance.ts";

/** A stretch of text begins where what speaks for text is so much more than what speaks against it. */
const ENTER = 12;
/** What the balance rises to at most: so soon is a stretch left behind its text. */
const FULL = 32;
/** Characters that are kept on either side, whatever they are. */
const CONTEXT = 16;

/**
 * The stretches of text in `value`, each with a little of what is around it; the very same string where all of it is
 * text. What stands between them is left out, and of a run of NULs two stay.
 *
 * Text is ASCII, UTF-8 (one char a byte) and wider characters. Dense text is found whatever is strewn into it; ten
 * kilobytes of random bytes hold about one stretch.
 *
 * [SECURITY] A decoding changes what is written with characters of text (`%3c`, `&lt;`, base64), so all that it could
 * uncover lies in a stretch. What needs no decoding may be shorter: whoever calls this judges `value` as it is too.
 */
export function textStretches(value: string): string {
  if (!NO_PLAIN_TEXT.test(value)) return value;
  const kept = new KeptRanges(value);
  const { length } = value;
  let state = 0;
  let balance = 0;
  /** Where the balance was at its bottom last: there the climb began. */
  let bottom = 0;
  for (let i = 0; i < length;) {
    // Both loops are free of branches that depend on what the bytes are, but for the one that ends them.
    for (; i < length && balance < ENTER; i++) {
      const code = value.charCodeAt(i);
      const step = STEPS[state | CLASS_OF[code > 0xff ? 256 : code]!]!;
      state = step >> 8;
      balance += (step & 0xff) - 16;
      balance &= ~(balance >> 31);
      const isBottom = (balance - 1) >> 31;
      bottom = (i & isBottom) | (bottom & ~isBottom);
    }
    // What a cut may have divided is text until its other half is seen.
    if (balance < ENTER) {
      if (balance > 0) kept.add(bottom, length);
      break;
    }
    for (; i < length && balance > 0; i++) {
      const code = value.charCodeAt(i);
      const step = STEPS[state | CLASS_OF[code > 0xff ? 256 : code]!]!;
      state = step >> 8;
      const over = balance + (step & 0xff) - 16 - FULL;
      balance = FULL + (over & (over >> 31));
    }
    kept.add(bottom, i);
    bottom = i;
    balance = Math.max(0, balance);
  }
  return kept.text();
}

/** NUL, control characters and whatever is not ASCII. */
const NO_PLAIN_TEXT = /[^\t-\r\x20-\x7e]/;

/** Ranges of one string, in ascending order; those that touch become one. */
class KeptRanges {
  readonly #value: string;
  #before = "";
  #from = 0;
  #to = 0;

  constructor(value: string) {
    this.#value = value;
  }

  add(from: number, to: number): void {
    const start = Math.max(0, from - CONTEXT);
    if (start > this.#to) {
      this.#before += this.#last();
      this.#from = start;
    }
    this.#to = Math.min(this.#value.length, to + CONTEXT);
  }

  text(): string {
    return this.#before + this.#last();
  }

  #last(): string {
    return withoutLongNuls(this.#value.slice(this.#from, this.#to));
  }
}

function withoutLongNuls(text: string): string {
  return text.includes("\0\0\0") ? text.replace(/\0{3,}/g, "\0\0") : text;
}
