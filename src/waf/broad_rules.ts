import { isBinaryText, isRunningText } from "./document.ts";
import type { Match } from "./evaluate.ts";
import type { Program } from "./program.ts";
import type { ValueKind } from "./targets/kinds.ts";

/**
 * The matches that count where the value stood: of rules with `documents: skip` none in running text, and in bytes
 * that are called text neither those nor what a tokeniser makes of them.
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
  if (!matches.some(isBroad) || !isRunningText(kind, value)) return matches;
  return matches.filter((match) => !isBroad(match));
}
