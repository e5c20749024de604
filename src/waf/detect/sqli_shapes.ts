import type { Span } from "../operators/matcher.ts";
import type { Quote, SqlTokens } from "./sqli_tokens.ts";

const OPERAND = "(?:[-+j(]*[snvwf])";

/** Shapes of tokens that leave the string the value stood in and go on as SQL. */
const BEHIND_A_STRING: readonly RegExp[] = [
  // ' or 1=1, ' or 'a'='a, ') or sleep(5), ' and 1 in (select …
  new RegExp(`^s\\)*L+[j(]*(?:${OPERAND}\\)*(?:[o(c]|L[j(]*[snvf])|n\\)*$|v|E|f)`),
  // ' union select, '; drop table, ' order by 1--, ' having 1=1, ' into outfile '…
  /^s\)*;*U[j(]*E[j(]*(?:[snv+(*]|f\(|E|w(?:[,.;()cBLo+]|$))/,
  /^s\)*;[j(]*E/,
  /^s\)*B(?:j?n|j?f|Ks|[snv]o)/,
  // '||(select …, '+sleep(5), '=sleep(5), '-(select
  /^s\)*[+oL]+(?:\(*f\(|\(+E)/,
  // ' or ''-'
  /^s\)*Ls[+o]s$/,
  // '='' or, ' like '%' or, '-0||'
  /^so(?:s[cLo]|n[cL])/,
  // ' is not null#, '-0-', '^0#
  /^s\)*(?:oj+n\)*c|\+n\)*(?:c$|\+s$))/,
];

/** Shapes that follow the number which the value stood for. */
const BEHIND_A_NUMBER: readonly RegExp[] = [
  // 1 or 1=1, 1) and sleep(5), -1 or 'x' like 'x'
  new RegExp(`^[-+(]*[nv]\\)*L+[j(]*(?:${OPERAND}\\)*[o]|f\\(|\\(E|n\\)*c)`),
  /^[-+(]*[nv]\)*[+o]\(*(?:f\(|\(E)/,
  /^[-+(]*[nvs]\)*;[j(]*E[KBvfns+(w]/,
  /^[-+(]*[nv]\)*B(?:j?n\)*(?:,n)*(?:c|$|U)|K?s|no)/,
];

/** Shapes that need nothing before them. In a longer text they may stand in any statement that it quotes. */
const ANYWHERE: readonly RegExp[] = [
  // union select 1, union all (select null …
  /U[j(]*E[j(]*(?:[nsv+]|f\(|w[,.B])/,
  // (select password from users …
  /\(E(?:[nsvf+,().j]|w(?!w))+B[w(]/,
  /;E(?:K[wjf]|v|f\(|Bw|w?;[cE]|w;$)/,
];

const IN_THE_OPEN = [...BEHIND_A_NUMBER, ...ANYWHERE];

/** In longer texts the tokens around a shape must be those of SQL as well. */
const LONG_CHARS = 160;
/** In shorter ones a single pair of words may be an alias, or words of a dialect. */
const PAIRS_IN_SHORT = 2;

/**
 * Where the tokens form an injection: from the first to the last token of the shape.
 *
 * Two words side by side are prose to SQL, but for an alias. A text with more of that than of statements only
 * quotes SQL: what stood before an injection is inside the first string, and what follows is a statement to its end
 * or comment.
 */
export function findInjection(tokens: SqlTokens, quote: Quote): Span | null {
  const { kinds, ends } = tokens;
  if (kinds.length < 2) return null;
  const isLong = ends[ends.length - 1]! - (quote === "" ? 0 : ends[0]!) > LONG_CHARS;
  if (isProse(kinds, isLong ? 1 : PAIRS_IN_SHORT)) return null;
  for (const shape of shapesOf(quote, isLong)) {
    const found = shape.exec(kinds);
    if (found !== null) return spanOf(tokens, found.index, found.index + found[0].length - 1);
  }
  return null;
}

function shapesOf(quote: Quote, isLong: boolean): readonly RegExp[] {
  if (quote !== "") return BEHIND_A_STRING;
  return isLong ? BEHIND_A_NUMBER : IN_THE_OPEN;
}

/** A comment takes the rest, or no statement begins behind a semicolon any more. */
const LAST_STATEMENT_ENDS = /c|;[^E]*$/;

/**
 * Of sixteen tokens more than one is a word next to a word, up to where the last statement ends; `least` in all.
 * [SECURITY] No database runs that. What stands behind the last statement does not count: MySQL runs one after the
 * other, and reads only then what follows.
 */
function isProse(kinds: string, least: number): boolean {
  const end = kinds.search(LAST_STATEMENT_ENDS);
  const statement = end < 0 ? kinds : kinds.slice(0, end);
  let pairs = 0;
  for (const _ of statement.matchAll(/w(?=w)|[{?]/g)) pairs++;
  return pairs >= least && pairs * 16 > statement.length;
}

function spanOf(tokens: SqlTokens, first: number, last: number): Span {
  return [tokens.starts[first]!, tokens.ends[last]!];
}
