import type { Migration } from "../migration.ts";

/** What automatic blocking counts and takes back: a restart frees nobody of it. */
export const strikes: Migration = {
  version: 28,
  name: "strikes",
  sql: `
-- Refusals that have not led to a block yet.
CREATE TABLE strikes (
  -- The client's network, or the name of the pass that it showed.
  network TEXT NOT NULL,
  -- Empty: everywhere.
  host_id TEXT NOT NULL,
  -- Milliseconds since 1970, oldest first, a comma between two.
  times TEXT NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (network, host_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX strikes_by_time ON strikes (last_at);

CREATE TABLE revoked_passes (
  pass TEXT PRIMARY KEY,
  -- Milliseconds since 1970: by then no pass of that time is good.
  ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX revoked_passes_by_end ON revoked_passes (ends_at);
`,
};
