import type { Finding } from "../../src/core/finding.ts";

/** What a rule that blocks at once found in an argument; `parts` says what is different. */
export function testFinding(parts: Partial<Finding> = {}): Finding {
  return {
    source: "rule",
    ruleId: "sqli-120",
    ruleName: "a rule",
    family: "sql-injection",
    severity: "critical",
    action: "block",
    points: 5,
    phase: "request-headers",
    target: "args:id",
    value: "1 union select",
    steps: [],
    span: [2, 14],
    ...parts,
  };
}
