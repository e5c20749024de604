import type { Migration } from "../migration.ts";

/** What the learned second opinion said of a finding's value (JSON), and exceptions that only raise its threshold. */
export const learned: Migration = {
  version: 3,
  name: "learned",
  sql: `
ALTER TABLE findings ADD COLUMN learned TEXT;
ALTER TABLE exceptions ADD COLUMN up_to_score REAL;
`,
};
