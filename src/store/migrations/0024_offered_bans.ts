import type { Migration } from "../migration.ts";

/** Bans that are offered back to a CrowdSec Local API: by which machine, and which of them it was told. */
export const offeredBans: Migration = {
  version: 24,
  name: "offered bans",
  sql: `
ALTER TABLE address_lists ADD COLUMN offers INTEGER NOT NULL DEFAULT 0 CHECK (offers IN (0, 1));
ALTER TABLE address_lists ADD COLUMN machine TEXT NOT NULL DEFAULT '';
ALTER TABLE address_lists ADD COLUMN offered_at INTEGER;
-- Of the last try; empty: it was good.
ALTER TABLE address_lists ADD COLUMN offer_error TEXT NOT NULL DEFAULT '';

CREATE TABLE offered_bans (
  list_id TEXT NOT NULL REFERENCES address_lists (id) ON DELETE CASCADE,
  ban_id TEXT NOT NULL,
  network TEXT NOT NULL,
  scenario TEXT NOT NULL,
  -- When it ends there by itself, milliseconds since 1970.
  ends_at INTEGER NOT NULL,
  PRIMARY KEY (list_id, ban_id)
) STRICT, WITHOUT ROWID;
`,
};
