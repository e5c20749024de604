import type { Migration } from "../migration.ts";

/** Signed rule sets that were imported, and which one serves. */
export const ruleReleases: Migration = {
  version: 25,
  name: "rule releases",
  sql: `
CREATE TABLE rule_releases (
  version TEXT PRIMARY KEY,
  issued_at INTEGER NOT NULL,
  -- The public key that signed it, base64.
  key TEXT NOT NULL,
  rules INTEGER NOT NULL,
  -- As it was signed; its signature is looked at again whenever it is loaded.
  text TEXT NOT NULL,
  imported_at INTEGER NOT NULL,
  imported_by TEXT NOT NULL
) STRICT;
-- An empty version: the one that comes with the program.
CREATE TABLE rule_release_in_force (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  version TEXT NOT NULL,
  former TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT;
`,
};
