import type { Rule } from "../../../src/core/rule.ts";

/** The engine takes a value apart only where a rule looks at it. */
export const SILENT_RULE: Rule = {
  id: "silent",
  name: "silent",
  why: "matches nothing",
  family: "training",
  severity: "low",
  action: "log",
  paranoia: 1,
  targets: [
    "args",
    "arg-names",
    "headers",
    "cookies",
    "path",
    "multipart-filenames",
  ],
  transform: [],
  match: { phrases: ["\u0001\u0002\u0001"] },
  tags: [],
  origin: "built-in",
  enabled: true,
};
