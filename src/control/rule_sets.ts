import { parse } from "yaml";
import inDepth from "../../rules/sets/in-depth.yaml" with { type: "text" };

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
}]);

/** Ids of the rules in a set's text. */
export function idsOfSet(text: string): string[] {
  const { rules } = parse(text) as { rules: { id: string }[] };
  return rules.map((rule) => rule.id);
}
