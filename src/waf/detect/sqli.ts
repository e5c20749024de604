import type { Matcher, Span } from "../operators/matcher.ts";
import { findInjection } from "./sqli_shapes.ts";
import { type Quote, tokenizeSql } from "./sqli_tokens.ts";

/** Longest text that is tokenised from one quote context; the windows of the engine are longer. */
const MAX_CHARS = 4_096;

/**
 * `detect: sqli`: the value, put where a number, a '…' or a "…" string stood in a statement, would change what the
 * statement does. It is read as SQL in each of the three contexts, and the tokens are compared with the shapes of
 * injections; words alone never match.
 */
export const sqliMatcher: Matcher = {
  literals: [],
  masks: [],
  lowerCase: true,
  find(text) {
    const bounded = text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text;
    for (const quote of contextsOf(bounded)) {
      const span: Span | null = findInjection(tokenizeSql(bounded, quote), quote);
      if (span !== null) return span;
    }
    return null;
  },
};

/** A quote that the text does not hold cannot be closed by it. */
function contextsOf(text: string): Quote[] {
  const contexts: Quote[] = [""];
  if (text.includes("'")) contexts.push("'");
  if (text.includes('"')) contexts.push('"');
  return contexts;
}
