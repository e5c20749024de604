import type { RuleDetector, RuleMatch } from "../../core/rule.ts";
import { cardNumberMatcher } from "../detect/card_number.ts";
import { sqliMatcher } from "../detect/sqli.ts";
import { xssMatcher } from "../detect/xss.ts";
import type { Matcher } from "./matcher.ts";
import { phrasesMatcher } from "./phrases.ts";
import { regexMatcher } from "./regex.ts";

const DETECTORS: Readonly<Record<RuleDetector, Matcher>> = Object.freeze({
  "sqli": sqliMatcher,
  "xss": xssMatcher,
  "card-number": cardNumberMatcher,
});

/** The matcher of a rule, or null where conditions decide. Throws AegisError `invalid_input`. */
export function matcherFor(match: RuleMatch): Matcher | null {
  if ("regex" in match) return regexMatcher(match.regex);
  if ("phrases" in match) return phrasesMatcher(match.phrases);
  if ("detect" in match) return DETECTORS[match.detect];
  return null;
}
