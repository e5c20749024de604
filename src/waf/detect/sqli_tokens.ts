import { SQL_WORDS } from "./sqli_words.ts";

/** The quote of the string that the value stands in; empty: it stands where a number would. */
export type Quote = "" | "'" | '"';

/**
 * SQL as a sequence of letters, one a token:
 * `s` string, `n` number or constant, `v` @variable, `w` other word, `f` word before a parenthesis, `U` set operation,
 * `E` beginning of a statement, `L` logical connective, `o` comparison, `B` clause, `K` kind of object, `j` filler word,
 * `+` arithmetic or concatenation, `c` comment to the end, `{` brace; `( ) , ; .` stand for themselves.
 */
export interface SqlTokens {
  readonly kinds: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** More tokens are not needed to see an injection. */
const MAX_TOKENS = 256;

const TOKEN = new RegExp(
  [
    "([\\s\\x00-\\x1f]+|/\\*(?!m?!)[^]*?(?:\\*/|$)|/\\*m?!\\d{0,6}|\\*/)", // 1 white space, comments in between
    "((?:--(?=[\\s+\\-\\x00]|$)|#)[^\\n]*)", // 2 comment to the end of the line
    "([nxeb]?'(?:[^'\\\\]|\\\\[^]|'')*(?:'|$)|\"(?:[^\"\\\\]|\\\\[^]|\"\")*(?:\"|$))", // 3 string
    "(0x[0-9a-f]+|0b[01]+|(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?)", // 4 number
    "(@{1,2}[\\w.$]*(?:`[^`]*`)?)", // 5 variable
    "([a-z_\\x80-\\uffff$][\\w$\\x80-\\uffff]*|`[^`]*`|\\[[\\w ]+\\])", // 6 word
    "(&&|\\|\\||<=>|<>|<=|>=|!=|==|:=|::|!<|!>|[=<>~])", // 7 operator
    "([-+*/%^&|!])", // 8 arithmetic
    "([(),;.{}])", // 9 punctuation
  ].join("|"),
  "y",
);

/** Takes lower-cased `text` apart as SQL that begins inside a string of `quote`. */
export function tokenizeSql(text: string, quote: Quote): SqlTokens {
  let kinds = "";
  const starts: number[] = [];
  const ends: number[] = [];
  function put(kind: string, start: number, end: number): void {
    kinds += kind;
    starts.push(start);
    ends.push(end);
  }
  let at = 0;
  if (quote !== "") {
    at = endOfString(text, quote);
    if (at < 0) return { kinds: "s", starts: [0], ends: [text.length] };
    put("s", 0, at);
  }
  while (at < text.length && kinds.length < MAX_TOKENS) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) {
      put("?", at, at + 1);
      at++;
      continue;
    }
    const kind = kindOf(found, text);
    const end = at + found[0].length;
    if (kind !== "") put(kind, at, end);
    at = end;
  }
  return { kinds, starts, ends };
}

/** Behind the first quote that is neither doubled nor escaped, or -1. */
export function endOfString(text: string, quote: string): number {
  const mark = quote.charCodeAt(0);
  const first = text.indexOf(quote);
  if (first < 0) return -1;
  const escape = text.indexOf("\\");
  for (let at = escape < 0 ? first : Math.min(first, escape); at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === mark) {
      if (text.charCodeAt(at + 1) !== mark) return at + 1;
      at++;
    }
  }
  return -1;
}

function kindOf(found: RegExpExecArray, text: string): string {
  if (found[1] !== undefined) return "";
  if (found[2] !== undefined) return "c";
  if (found[3] !== undefined) return "s";
  if (found[4] !== undefined) return "n";
  if (found[5] !== undefined) return "v";
  if (found[6] !== undefined) return wordKind(found[6], text, found.index + found[6].length);
  if (found[7] !== undefined) return found[7] === "&&" || found[7] === "||" ? "L" : "o";
  if (found[8] !== undefined) return "+";
  return found[9] === "}" ? "{" : found[9]!;
}

/** Clauses of two words; alone the first one is an order of a shop, a group of people. */
const SORTS = /^(?:order|group)$/;
const BY = /(?:[^\w(),;'"`=/#*.@$[\]{}<>-]|\/\*[^]*?\*\/|(?:--|#)[^\n]*\n)*(?:\/\*m?!\d{0,6})?\s*by\b/y;

function wordKind(word: string, text: string, end: number): string {
  if (SORTS.test(word)) {
    BY.lastIndex = end;
    return BY.test(text) ? "B" : "w";
  }
  const known = SQL_WORDS.get(word);
  if (known !== undefined) return known;
  return /^\s*\(/.test(text.slice(end, end + 8)) ? "f" : "w";
}
