import type { RuleMatch } from "../../core/rule.ts";
import { sqliMatcher } from "../detect/sqli.ts";
import { xssMatcher } from "../detect/xss.ts";
import type { Matcher } from "./matcher.ts";
import { phrasesMatcher } from "./phrases.ts";
import { regexMatcher } from "./regex.ts";

/** The matcher of a rule, or null where conditions decide. Throws AegisError `invalid_input`. */
export function matcherFor(match: RuleMatch): Matcher | null {
  if ("regex" in match) return regexMatcher(match.regex);
  if ("phrases" in match) return phrasesMatcher(match.phrases);
  if ("detect" in match) return match.detect === "sqli" ? sqliMatcher : xssMatcher;
  return null;
}
