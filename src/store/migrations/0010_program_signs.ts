import type { Migration } from "../migration.ts";

/** What is known of a client's program. A new column without a default costs nothing however long the log is. */
export const programSigns: Migration = {
  version: 10,
  name: "program_signs",
  sql: `
-- JSON of ProgramSigns; null: not known.
ALTER TABLE request_details ADD COLUMN program TEXT;
`,
};
