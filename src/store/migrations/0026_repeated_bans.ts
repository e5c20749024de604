import type { Migration } from "../migration.ts";

/** When clients were banned automatically of late: whoever is banned again and again stays out longer, over restarts too. */
export const repeatedBans: Migration = {
  version: 26,
  name: "repeated bans",
  sql: `
CREATE TABLE repeated_bans (
  network TEXT NOT NULL,
  -- Empty: everywhere.
  host_id TEXT NOT NULL,
  -- Milliseconds since 1970, oldest first, a comma between two.
  times TEXT NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (network, host_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX repeated_bans_by_time ON repeated_bans (last_at);
`,
};
