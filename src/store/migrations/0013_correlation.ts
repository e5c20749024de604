import type { Migration } from "../migration.ts";

/** What correlated rules were met by. `event` is JSON (core/correlation_event.ts), what is listed and filtered has columns. */
export const correlation: Migration = {
  version: 13,
  name: "correlation",
  sql: `
CREATE TABLE correlation_events (
  id TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  rule_id TEXT NOT NULL,
  host_id TEXT NOT NULL,
  client TEXT NOT NULL,
  action TEXT NOT NULL,
  event TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX correlation_events_at ON correlation_events (at);
`,
};
