import { RegexSyntaxError } from "./syntax.ts";

/**
 * The same pattern for lower-cased text: literal letters become lower case, escapes keep their meaning. Flag `i`
 * would do the same to a reader, but takes the pattern out of V8's linear-time fallback.
 * Throws RegexSyntaxError for a range that mixes upper case with other characters.
 */
export function lowerCasePattern(pattern: string): string {
  let lowered = "";
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === "\\") {
      const escape = escapeAt(pattern, i);
      lowered += lowerEscape(escape);
      i += escape.length - 1;
      continue;
    }
    if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    if (inClass && pattern[i + 1] === "-" && pattern[i + 2] !== undefined && pattern[i + 2] !== "]") {
      const range = lowerRange(pattern, i);
      lowered += range;
      i += range.length - 1;
      continue;
    }
    if (char === "(" && pattern[i + 1] === "?" && pattern[i + 2] === "<") {
      const close = pattern.indexOf(">", i);
      const head = pattern.slice(i, close < 0 ? pattern.length : close + 1);
      lowered += head;
      i += head.length - 1;
      continue;
    }
    lowered += char.toLowerCase();
  }
  return lowered;
}

function escapeAt(pattern: string, at: number): string {
  const kind = pattern[at + 1];
  const length = kind === "x" ? 4 : kind === "u" ? 6 : 2;
  return pattern.slice(at, at + length);
}

function lowerEscape(escape: string): string {
  if (escape.length <= 2) return escape;
  const code = parseInt(escape.slice(2), 16);
  return code >= 0x41 && code <= 0x5a ? String.fromCharCode(code + 32) : escape;
}

/** `a-z` as it stands at `at`; where an escape ends the range, only the start and the minus. */
function lowerRange(pattern: string, at: number): string {
  const from = pattern[at]!;
  const to = pattern[at + 2]!;
  if (to === "\\") return `${from.toLowerCase()}-`;
  if (isUpper(from) !== isUpper(to)) {
    throw new RegexSyntaxError(`range ${from}-${to} mixes upper case with other characters`, at);
  }
  return `${from.toLowerCase()}-${to.toLowerCase()}`;
}

function isUpper(char: string): boolean {
  return char >= "A" && char <= "Z";
}
