import { DIGIT, DOT, DOUBLE_QUOTE, OTHER, PAREN_OPEN, SEMICOLON, SINGLE_QUOTE } from "../text/char_mask.ts";
import type { Matcher, Span } from "../operators/matcher.ts";
import { findInjection } from "./sqli_shapes.ts";
import { endOfString, type Quote, tokenizeSql } from "./sqli_tokens.ts";

/** Longest text that is tokenised from one quote context; longer values come in windows of their own. */
const MAX_CHARS = 4_096;

/** Every shape holds one of these: a quote, an operator, a call, or a word that a shape begins with. */
const HOLDS_SIGN =
  /['"=<>~(;#]|--|like|regexp|glob|between|similar|sounds|is|in|union|except|intersect|minus|having|order|group|limit|offset|procedure|into|where|from|returning/;

const STATEMENTS =
  "select|insert|update|delete|drop|create|alter|truncate|exec|execute|declare|shutdown|waitfor|merge|call|grant|revoke|load|replace|handler|rename|copy|attach|pragma|begin";
const SET_OPERATIONS = "union|except|intersect|minus";

/** How a value must begin, or what it must hold, to be an injection without leaving a string. */
const BEGINS_OPENLY = /^[\s(+\-]*[\d@.]/;
const MAY_INJECT_OPENLY = new RegExp(
  `${BEGINS_OPENLY.source}|\\b(?:${SET_OPERATIONS})\\b|[(;]\\s*(?:${STATEMENTS})\\b`,
);
/** What follows the closing quote of the string that the value stood in. */
const GOES_ON_AS_SQL =
  /(?:\s|\/\*[^*]{0,80}\*\/)*(?:[)|&;=<>!+\-*/%^#~]|(?:or|and|xor|union|except|intersect|minus|like|rlike|regexp|between|in|is|ilike|glob|similar|sounds|from|where|having|group|order|limit|offset|into|procedure|returning|div|mod|collate|binary|not)\b)/y;

/**
 * `detect: sqli`: the value, put where a number, a '…' or a "…" string stood in a statement, would change what the
 * statement does. It is read as SQL in each of the three contexts, and the tokens are compared with the shapes of
 * injections; words alone never match.
 */
export const sqliMatcher: Matcher = {
  needs: [
    {
      literals: [],
      masks: [SINGLE_QUOTE],
      test: (text) => findIn(text, (read) => inContext(read, "'")) !== null,
    },
    {
      literals: [],
      masks: [DOUBLE_QUOTE],
      test: (text) => findIn(text, (read) => inContext(read, '"')) !== null,
    },
    {
      literals: [],
      masks: [DIGIT | DOT | OTHER],
      test: (text) => BEGINS_OPENLY.test(text) && HOLDS_SIGN.test(text) && isOpen(text),
    },
    { literals: [SET_OPERATIONS.split("|")], masks: [], test: isOpen },
    { literals: [STATEMENTS.split("|")], masks: [PAREN_OPEN | SEMICOLON], test: isOpen },
  ],
  lowerCase: true,
  find: (text) => findIn(text, inAnyContext),
};

function isOpen(text: string): boolean {
  return findIn(text, (read) => inContext(read, "")) !== null;
}

/** What `find` finds in the text, or without what may be comments there. */
function findIn(text: string, find: (text: string) => Span | null): Span | null {
  const bounded = text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text;
  const found = find(bounded);
  if (found !== null || !bounded.includes("\n") || !LINE_COMMENT.test(bounded)) return found;
  return find(bounded.replace(LINE_COMMENTS, blanks));
}

/**
 * [SECURITY] What one database takes for a comment up to the line's end, and so for a blank, is an operator to another
 * (`#` in PostgreSQL, `--x` in MySQL). So the text is read both with what stands there and without.
 */
const LINE_COMMENT = /(?:#|--)[^\n]*\n/;
const LINE_COMMENTS = /(?:#|--)[^\n]*\n/g;

/** As long as what they stand for, so that places in the text stay what they are. */
function blanks(comment: string): string {
  return " ".repeat(comment.length);
}

function inAnyContext(text: string): Span | null {
  return inContext(text, "") ?? inContext(text, "'") ?? inContext(text, '"');
}

function inContext(text: string, quote: Quote): Span | null {
  if (!mayInject(text, quote)) return null;
  return findInjection(tokenizeSql(text, quote), quote);
}

/** A cheap look before the text is tokenised: most apostrophes stand in prose. */
function mayInject(text: string, quote: Quote): boolean {
  if (quote === "") return MAY_INJECT_OPENLY.test(text);
  const at = endOfString(text, quote);
  if (at < 0) return false;
  GOES_ON_AS_SQL.lastIndex = at;
  return GOES_ON_AS_SQL.test(text);
}
