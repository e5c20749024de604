import type { Rule, RuleMatch } from "../../core/rule.ts";
import type { WrittenRule } from "./rule_schema.ts";

/** Where a custom regex looks when the rule does not say (spec 02, Custom rules). */
const REGEX_TARGETS = ["path", "query", "args", "body", "headers"] as const;
/** Where client data stands. */
const VALUE_TARGETS = ["args", "arg-names", "cookies"] as const;

interface OperatorDefaults {
  readonly targets: readonly string[];
  readonly transform: readonly string[];
}

function defaultsOf(match: RuleMatch): OperatorDefaults {
  if ("regex" in match) return { targets: REGEX_TARGETS, transform: ["url-decode"] };
  if ("phrases" in match) return { targets: REGEX_TARGETS, transform: ["url-decode"] };
  if ("detect" in match) {
    switch (match.detect) {
      case "sqli":
        return { targets: VALUE_TARGETS, transform: ["url-decode", "unicode"] };
      case "xss":
        return {
          targets: VALUE_TARGETS,
          transform: ["url-decode", "html-entities", "js-escapes", "remove-nulls"],
        };
      case "card-number":
        return { targets: ["response-body"], transform: [] };
    }
  }
  // Conditions name their own; what a correlated rule looks at was found or answered before.
  return { targets: [], transform: [] };
}

/** The rule as the engine takes it, with everything that was left out filled in. */
export function ruleFrom(written: WrittenRule, family: string, origin: Rule["origin"]): Rule {
  const defaults = defaultsOf(written.match);
  return {
    id: written.id,
    name: written.name,
    why: written.why,
    family,
    severity: written.severity,
    action: written.action,
    paranoia: written.paranoia,
    targets: written.targets ?? defaults.targets,
    transform: written.transform ?? defaults.transform,
    match: written.match,
    tags: [...written.tags, ...(written.owasp_ids ?? []), ...(written.cve_ids ?? [])],
    origin,
    enabled: written.enabled,
    ...(written.documents === "skip" ? { documents: "skip" as const } : {}),
    ...(written.confirm ? { confirm: true } : {}),
    ...(written.redirect_url === undefined ? {} : { redirectUrl: written.redirect_url }),
    ...(written.host === undefined ? {} : { host: written.host }),
  };
}
