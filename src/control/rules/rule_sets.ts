import { parse } from "yaml";
import correlation from "../../../rules/sets/correlation.yaml" with { type: "text" };
import inDepth from "../../../rules/sets/in-depth.yaml" with { type: "text" };

/** A set of rules that comes with Aegis and is not in force until an operator imports it. */
export interface RuleSet {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  /** A rule file, as an import takes it. */
  readonly text: string;
}

/** One entry per file of `rules/sets/`. */
export const RULE_SETS: readonly RuleSet[] = Object.freeze([{
  id: "in-depth",
  name: "Attack classes in depth",
  about:
    "Sign-in bypass, stacked and blind SQL injection, XInclude, XSLT, SAML, LaTeX, CSV formulas, prompt injection, " +
    "actuator endpoints, cache deception, WebSocket hijack, DNS rebinding and more. Watch it in detect mode first.",
  text: inDepth,
}, {
  id: "correlation",
  name: "Correlation: what requests amount to together",
  about:
    "Scouting that turns into an attack, several techniques within minutes, attempts at a sign-in, SQL injection over " +
    "other channels, data drawn off, stolen credentials tried out, numbers counted through. Acts from the client's " +
    "next request on; rules that honest traffic could meet only write down what they see.",
  text: correlation,
}]);

/** Ids of the rules in a set's text. */
export function idsOfSet(text: string): string[] {
  const { rules } = parse(text) as { rules: { id: string }[] };
  return rules.map((rule) => rule.id);
}
