import type { Matcher, Span } from "./matcher.ts";

interface Phrase {
  readonly text: string;
  readonly wordStart: boolean;
  readonly wordEnd: boolean;
}

/**
 * `phrases: ['/etc/passwd', '\bsqlmap\b']`: any of them, in any case. `\b` at an end asks for a word boundary there.
 */
export function phrasesMatcher(written: readonly string[]): Matcher {
  const phrases = written.map(parsePhrase);
  const isAscii = phrases.every((each) => /^[\x20-\x7e\t\r\n]+$/.test(each.text));
  return {
    needs: [{ literals: isAscii ? [phrases.map((each) => each.text)] : [], masks: [] }],
    lowerCase: true,
    find(text) {
      for (const phrase of phrases) {
        const span = findPhrase(text, phrase);
        if (span !== null) return span;
      }
      return null;
    },
  };
}

/** The phrase without its marks, in lower case. */
export function parsePhrase(written: string): Phrase {
  const wordStart = written.startsWith("\\b");
  const wordEnd = written.length > 2 && written.endsWith("\\b");
  const text = written.slice(wordStart ? 2 : 0, wordEnd ? -2 : undefined).toLowerCase();
  return { text, wordStart, wordEnd };
}

function findPhrase(text: string, phrase: Phrase): Span | null {
  for (let at = text.indexOf(phrase.text); at >= 0; at = text.indexOf(phrase.text, at + 1)) {
    const end = at + phrase.text.length;
    if (phrase.wordStart && isWord(text.charCodeAt(at - 1))) continue;
    if (phrase.wordEnd && isWord(text.charCodeAt(end))) continue;
    return [at, end];
  }
  return null;
}

/** NaN, beyond either end, is no word character. */
function isWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x5f;
}
