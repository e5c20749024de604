import type { Migration } from "../migration.ts";

/** What refused visitors say of it. */
export const mistakeReports: Migration = {
  version: 15,
  name: "mistake reports",
  sql: `
CREATE TABLE mistake_reports (
  request_id TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  host_id TEXT NOT NULL,
  client TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mistake_reports_at ON mistake_reports (at);
`,
};
