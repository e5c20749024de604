import type { Migration } from "../migration.ts";

/** What clients have earned: they work with it in shared memory, and it outlives the process here. */
export const reputations: Migration = {
  version: 27,
  name: "reputations",
  sql: `
CREATE TABLE reputations (
  -- An IPv4 address or the /64 of an IPv6 one.
  network TEXT PRIMARY KEY,
  is_bad INTEGER NOT NULL,
  -- Milliseconds since 1970: when it will be 0 again. The further off, the further from 0 it is.
  zero_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  -- JSON: how often each reason moved it.
  reasons TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reputations_by_end ON reputations (zero_at);
`,
};
