import type { Migration } from "../migration.ts";

/** Lists that others publish about programs, as they were last taken. */
export const botLists: Migration = {
  version: 23,
  name: "bot lists",
  sql: `
CREATE TABLE bot_lists (
  name TEXT NOT NULL PRIMARY KEY,
  text TEXT,
  taken_at INTEGER,
  tried_at INTEGER NOT NULL,
  error TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
`,
};
