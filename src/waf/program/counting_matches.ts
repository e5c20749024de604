import { charMask } from "../text/char_mask.ts";
import { isBinaryText, isRunningText, isSpacedDocument } from "../text/document.ts";
import type { Rule } from "../../core/rule.ts";
import { evaluate } from "./evaluate.ts";
import type { Match } from "./match.ts";
import type { Plan } from "./plan.ts";
import type { Program } from "./program.ts";
import { jsonStrings } from "../text/json_strings.ts";
import { mustBreakOut, withoutQuotedCode } from "../text/quoted_code.ts";
import type { ValueKind } from "../targets/kinds.ts";

/** For shorter texts all rules cost less than to find out what it is. */
const WORTH_ASKING_CHARS = 160;

/**
 * The matches of `plan` in `value` that count where it stood. Of a document only the rules run that count there: it
 * holds signs of every kind, so that nearly all would.
 */
export function matchesThatCount(
  program: Program,
  plan: Plan,
  kind: ValueKind,
  value: string,
  mask: number,
): readonly Match[] {
  const isDocument = plan.inDocuments !== null && value.length >= WORTH_ASKING_CHARS &&
    isSpacedDocument(kind, value, mask);
  const matches = evaluate(program, isDocument ? plan.inDocuments! : plan, value, mask);
  const counting = withinJsonStrings(program, plan, value, countingMatches(program, matches, kind, value));
  return outsideQuotes(program, plan, kind, value, counting);
}

/** Families whose payload ends a string or an attribute: to them the quotes of JSON look like that. */
const ENDS_STRINGS = /^(?:sql-injection|xss)/;

/**
 * Of a value that is JSON itself, as filters and settings in forms and queries are: without what rules find between
 * its strings, where nothing is found within them. Keys and strings are read as values of their own, from where an
 * application would.
 */
function withinJsonStrings(
  program: Program,
  plan: Plan,
  value: string,
  matches: readonly Match[],
): readonly Match[] {
  const isOfQuotes = (match: Match) => readsQuotes(program.rules[match.rule]!.rule);
  if (matches.length === 0 || !matches.some(isOfQuotes)) return matches;
  const strings = jsonStrings(value);
  if (strings === null || strings.some((each) => evaluate(program, plan, each).some(isOfQuotes))) {
    return matches;
  }
  return matches.filter((match) => !isOfQuotes(match));
}

function readsQuotes(rule: Rule): boolean {
  return ENDS_STRINGS.test(rule.family) && (rule.documents === "skip" || "detect" in rule.match);
}

/** Without those of rules that ask for it and find nothing but in code which a text quotes. */
function outsideQuotes(
  program: Program,
  plan: Plan,
  kind: ValueKind,
  value: string,
  matches: readonly Match[],
): readonly Match[] {
  const mayBeQuoted = (match: Match) => mustBreakOut(program.rules[match.rule]!.rule);
  if (matches.length === 0 || !matches.some(mayBeQuoted)) return matches;
  const text = withoutQuotedCode(kind, value);
  if (text === null) return matches;
  const around = new Set(evaluate(program, plan, text, charMask(text)).map((match) => match.rule));
  return matches.filter((match) => !mayBeQuoted(match) || around.has(match.rule));
}

/**
 * The matches that count where the value stood: of rules with `documents: skip` none in running text, and in bytes that
 * are called text neither those nor what a tokeniser makes of them.
 */
export function countingMatches(
  program: Program,
  matches: readonly Match[],
  kind: ValueKind,
  value: string,
): readonly Match[] {
  if (matches.length === 0) return matches;
  const ruleOf = (match: Match) => program.rules[match.rule]!.rule;
  const isBroad = (match: Match) => ruleOf(match).documents === "skip";
  if (isBinaryText(kind, value)) {
    return matches.filter((each) => !isBroad(each) && !("detect" in ruleOf(each).match));
  }
  return matches.some(isBroad) && isRunningText(kind, value)
    ? matches.filter((match) => !isBroad(match))
    : matches;
}
