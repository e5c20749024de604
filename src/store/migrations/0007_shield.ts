import type { Migration } from "../migration.ts";

/**
 * What operators have switched on for a while, and networks of content delivery as they were last fetched. No reference to `hosts`: those of the configuration file are not there,
 * and have switches too. The empty host id stands for every host.
 */
export const shield: Migration = {
  version: 7,
  name: "shield",
  sql: `
CREATE TABLE timed_switches (
  kind TEXT NOT NULL,
  host_id TEXT NOT NULL,
  until INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  PRIMARY KEY (kind, host_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE cdn_networks (
  cdn TEXT NOT NULL PRIMARY KEY,
  networks TEXT NOT NULL,
  fetched_at INTEGER NOT NULL
) STRICT;
`,
};
