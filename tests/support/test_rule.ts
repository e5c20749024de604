import type { Rule } from "../../src/core/rule.ts";

/** A rule that blocks its own id as a word in an argument or cookie; `parts` says what is different. */
export function testRule(id: string, parts: Partial<Rule> = {}): Rule {
  return {
    id,
    name: `rule ${id}`,
    why: "a test",
    family: "test-family",
    severity: "critical",
    action: "block",
    paranoia: 1,
    targets: ["args", "arg-names", "cookies"],
    transform: ["url-decode"],
    match: { regex: `\\b${id}\\b` },
    tags: [],
    origin: "built-in",
    enabled: true,
    ...parts,
  };
}
