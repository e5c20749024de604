import type { Migration } from "../migration.ts";

/**
 * Hosts whose canaries were taken out. No reference to `hosts`: those of the configuration file are not there, and
 * have canaries too.
 */
export const canary: Migration = {
  version: 4,
  name: "canary",
  sql: `
CREATE TABLE canary_rollbacks (
  host_id TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL
) STRICT;
`,
};
