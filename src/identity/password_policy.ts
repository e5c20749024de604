import type { FieldError } from "../core/errors.ts";
import { COMMON_PARTS } from "./common_passwords.ts";

const SHORTEST_PASSWORD = 12;
/** Bounds the work of hashing; far above what anybody remembers. */
const LONGEST_PASSWORD = 256;
/** Characters that must be left once common words, runs and the user's own names are taken out. */
const OWN_CHARACTERS = 6;

/** Characters that stand for letters in passwords like `P@ssw0rd`. */
const LOOK_ALIKES: Readonly<Record<string, string>> = Object.freeze({
  "@": "a",
  "4": "a",
  "3": "e",
  "1": "i",
  "!": "i",
  "0": "o",
  "$": "s",
  "5": "s",
  "7": "t",
});

/**
 * Why a new password is refused, or null. Length, not character classes (NIST SP 800-63B §3.1.1.2), and not made of
 * what guessing begins with: common words and their look-alike spellings, keyboard rows, runs, repetitions, the
 * user's own name and address.
 */
export function checkNewPassword(
  password: string,
  own: readonly string[],
  field = "password",
): FieldError | null {
  const length = [...password].length;
  if (length < SHORTEST_PASSWORD) {
    return {
      field,
      message: `has ${length} characters`,
      remedy: `use at least ${SHORTEST_PASSWORD}; a few unrelated words are easy to remember`,
    };
  }
  if (length > LONGEST_PASSWORD) {
    return { field, message: `has ${length} characters`, remedy: `use at most ${LONGEST_PASSWORD}` };
  }
  if (isGuessable(password, own)) {
    return {
      field,
      message: "this password is one of the first that an attacker would try",
      remedy: "use a few unrelated words, or let a password manager make one",
    };
  }
  return null;
}

function isGuessable(password: string, own: readonly string[]): boolean {
  const plain = password.normalize("NFKC").toLowerCase();
  const spelt = [...plain].map((character) => LOOK_ALIKES[character] ?? character).join("");
  const parts = [...ownParts(own), ...COMMON_PARTS];
  return [plain, spelt].some((text) => ownCharacters(text, parts) < OWN_CHARACTERS);
}

/** Name and mail address, and their pieces: `ada.lovelace@example.org` gives `ada`, `lovelace`, `example`, `org`. */
function ownParts(own: readonly string[]): string[] {
  const whole = own.map((text) => text.normalize("NFKC").toLowerCase());
  return [...whole, ...whole.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u))].filter((part) =>
    part.length >= 3
  );
}

/** How many characters of a text are its own: neither a known part, nor the continuation of a run or repetition. */
function ownCharacters(text: string, parts: readonly string[]): number {
  let rest = text;
  for (const part of [...parts].sort((a, b) => b.length - a.length)) rest = rest.replaceAll(part, " ");
  const characters = [...withoutRepetition(rest)].filter((character) => character.trim() !== "");
  return characters.filter((character, i) => !continuesRun(characters[i - 1], character)).length;
}

/** `abcabcabc` is only as good as `abc`. */
function withoutRepetition(text: string): string {
  for (let period = 1; period <= text.length / 2; period++) {
    const unit = text.slice(0, period);
    if (unit.repeat(Math.ceil(text.length / period)).startsWith(text)) return unit;
  }
  return text;
}

/** The same character again, or its neighbour up or down: `aaa`, `123`, `321`, `890`. */
function continuesRun(previous: string | undefined, character: string): boolean {
  if (previous === undefined) return false;
  const step = Math.abs(character.codePointAt(0)! - previous.codePointAt(0)!);
  return step <= 1 || (previous === "9" && character === "0") || (previous === "0" && character === "9");
}
