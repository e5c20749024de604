import type { Migration } from "../migration.ts";

/** Whole requests that rules refused, sealed by the vault, on hosts that want them kept. */
export const evidence: Migration = {
  version: 20,
  name: "evidence",
  sql: `
CREATE TABLE evidence (
  request_id TEXT PRIMARY KEY,
  host_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- Of sealed.
  bytes INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
-- Sums and what is too old are found without the requests themselves.
CREATE INDEX evidence_by_host ON evidence (host_id, at, bytes);
`,
};
