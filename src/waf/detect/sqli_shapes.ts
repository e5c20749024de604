import type { Span } from "../operators/matcher.ts";
import type { Quote, SqlTokens } from "./sqli_tokens.ts";

const OPERAND = "(?:[-+j(]*[snvwf])";

/** Shapes of tokens that leave the string the value stood in and go on as SQL. */
const BEHIND_A_STRING: readonly RegExp[] = [
  // ' or 1=1, ' or 'a'='a, ') or sleep(5), ' and 1 in (select …
  new RegExp(`^s\\)*L+[j(]*(?:${OPERAND}\\)*(?:[o(c]|L[j(]*[snvf])|n\\)*$|v|E|f)`),
  // ' union select, '; drop table, ' order by 1--, ' having 1=1, ' into outfile '…
  /^s\)*;*U[j(]*E/,
  /^s\)*;[j(]*E/,
  /^s\)*B(?:j?n|j?f|K?s|[nv]o)/,
  // '||(select …, '+sleep(5), '=sleep(5), '-(select
  /^s\)*[+oL]+\(*(?:f\(|E)/,
  // '='', ' like '%, '-0||'
  /^so(?:s$|s[cLo]|n[cLo])/,
  /^s\+n?L?\+?s$/,
];

/** Shapes that follow a number, or need nothing before them. */
const IN_THE_OPEN: readonly RegExp[] = [
  // 1 or 1=1, 1) and sleep(5), -1 or 'x' like 'x'
  new RegExp(`^[-+(]*[nv]\\)*L+[j(]*(?:${OPERAND}\\)*[o]|f\\(|\\(E|n\\)*c)`),
  /^[-+(]*[nv]\)*[+o]\(*(?:f\(|\(E)/,
  /^[-+(]*[nvs]\)*;[j(]*E[KBvfns+(w]/,
  /^[-+(]*[nv]\)*B(?:j?n\)*(?:,n)*(?:c|$|U)|K?s|no)/,
  // union select 1, union all (select null …
  /U[j(]*E[j(]*(?:[nsv+]|f\(|w[,.B])/,
  // (select password from users …
  /\(E(?:[nsvf+,().j]|w(?!w))+B[w(]/,
  /;E(?:K[wjf]|v|f\(|Bw|w?;)/,
];

/** Where the tokens form an injection: from the first to the last token of the shape. */
export function findInjection(tokens: SqlTokens, quote: Quote): Span | null {
  if (tokens.kinds.length < 2) return null;
  const shapes = quote === "" ? IN_THE_OPEN : BEHIND_A_STRING;
  for (const shape of shapes) {
    const found = shape.exec(tokens.kinds);
    if (found !== null) return spanOf(tokens, found.index, found.index + found[0].length - 1);
  }
  return quote === "" ? null : commentedOut(tokens);
}

/** `admin'--`, `x')#`: the rest of the statement is cut off by a comment that says nothing. */
function commentedOut(tokens: SqlTokens): Span | null {
  const found = /^s\)*;?c$/.exec(tokens.kinds);
  if (found === null) return null;
  const last = tokens.kinds.length - 1;
  const length = tokens.ends[last]! - tokens.starts[last]!;
  return length <= 5 ? spanOf(tokens, 0, last) : null;
}

function spanOf(tokens: SqlTokens, first: number, last: number): Span {
  return [tokens.starts[first]!, tokens.ends[last]!];
}
