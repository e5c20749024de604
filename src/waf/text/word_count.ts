const MAX_WORD_CHARS = 24;

const LETTERS = /[\p{L}\p{M}]+/gu;
/** A word as people and programs write it: not the scattered capitals of base64 and of `sElEcT`. */
const WORD = /^(?:\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+(?:\p{Lu}[\p{Ll}\p{M}]+){0,4}|\p{Lu}+)$/u;
/** The same of ASCII letters, which most words are: many times faster. */
const ASCII_WORD = /^(?:[A-Z]?[a-z]+(?:[A-Z][a-z]+){0,4}|[A-Z]+)$/;
/** Written without blanks between the words; two characters make about one. All have codes beyond the Latin ones. */
const UNSPACED_FROM = 0x200;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}]/u;

const IS_LETTER = Uint8Array.from({ length: 128 }, (_, code) => {
  return /[A-Za-z]/.test(String.fromCharCode(code)) ? 1 : 0;
});
/** Next to one of these a run of letters is part of a number or an encoding. */
const IS_GLUE = Uint8Array.from({ length: 128 }, (_, code) => {
  return /[0-9+%]/.test(String.fromCharCode(code)) ? 1 : 0;
});

/** The different words of a text, counted as far as somebody asks. */
export class WordCount {
  readonly #text: string;
  /** So far the text is read. */
  #read = 0;
  readonly #words = new Set<string>();
  readonly #signs = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  /** True where the text holds so many different words. */
  reaches(count: number): boolean {
    while (this.#words.size + (this.#signs.size >> 1) < count) {
      if (!this.#readStretch()) return false;
    }
    return true;
  }

  /** Reads the next stretch of letters, and of whatever else is not ASCII. False: there is none. */
  #readStretch(): boolean {
    const text = this.#text;
    let from = this.#read;
    while (from < text.length && IS_LETTER[text.charCodeAt(from)] === 0) from++;
    let to = from;
    let bits = 0;
    for (; to < text.length; to++) {
      const code = text.charCodeAt(to);
      if (IS_LETTER[code] === 0) break;
      bits |= code;
    }
    this.#read = to;
    if (to === from) return false;
    if (bits < 0x80) this.#addAscii(from, to);
    else this.#addRuns(from, to, bits >= UNSPACED_FROM);
    return true;
  }

  #addAscii(from: number, to: number): void {
    if (!this.#standsAlone(from, to)) return;
    const run = this.#text.slice(from, to);
    if (ASCII_WORD.test(run)) this.#words.add(run.toLowerCase());
  }

  /** The runs of letters in a stretch, which ends where none can go on. */
  #addRuns(from: number, to: number, mayBeUnspaced: boolean): void {
    const text = this.#text;
    LETTERS.lastIndex = from;
    for (let found = LETTERS.exec(text); found !== null && found.index < to; found = LETTERS.exec(text)) {
      this.#add(found[0], found.index, mayBeUnspaced);
    }
  }

  #add(run: string, from: number, mayBeUnspaced: boolean): void {
    if (mayBeUnspaced && UNSPACED.test(run)) { for (const sign of run) this.#signs.add(sign); }
    else if (this.#standsAlone(from, from + run.length) && (ASCII_WORD.test(run) || WORD.test(run))) {
      this.#words.add(run.toLowerCase());
    }
  }

  /** True for a run of letters that is as long as a word, and part of nothing else. */
  #standsAlone(from: number, to: number): boolean {
    const chars = to - from;
    return chars >= 2 && chars <= MAX_WORD_CHARS && !this.#isGlue(from - 1) && !this.#isGlue(to);
  }

  #isGlue(at: number): boolean {
    return at >= 0 && at < this.#text.length && IS_GLUE[this.#text.charCodeAt(at)] === 1;
  }
}
