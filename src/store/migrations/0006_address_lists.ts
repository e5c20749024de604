import type { Migration } from "../migration.ts";

/**
 * What bans did, and address lists by subscription. The networks of a list stand apart from its row: they are megabytes,
 * and the row is read with every look at the page.
 */
export const addressLists: Migration = {
  version: 6,
  name: "address_lists",
  sql: `
ALTER TABLE bans ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bans ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bans ADD COLUMN last_hit_at INTEGER;

CREATE TABLE address_lists (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('networks', 'crowdsec')),
  url TEXT NOT NULL,
  every_seconds INTEGER NOT NULL,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  entries INTEGER NOT NULL DEFAULT 0,
  -- Entries of private networks, or wider than a ban may be.
  left_out INTEGER NOT NULL DEFAULT 0,
  etag TEXT NOT NULL DEFAULT '',
  last_modified TEXT NOT NULL DEFAULT '',
  -- Of the last try, and of the last one that was good.
  tried_at INTEGER,
  fetched_at INTEGER,
  -- Of the last try; empty: it was good.
  error TEXT NOT NULL DEFAULT '',
  answered INTEGER NOT NULL DEFAULT 0,
  dropped INTEGER NOT NULL DEFAULT 0,
  last_hit_at INTEGER
) STRICT;

CREATE TABLE address_list_networks (
  list_id TEXT PRIMARY KEY REFERENCES address_lists (id) ON DELETE CASCADE,
  networks BLOB NOT NULL
) STRICT;

INSERT INTO address_lists (id, name, kind, url, every_seconds, enabled, created_at, created_by) VALUES
  ('spamhaus-drop', 'Spamhaus DROP', 'networks', 'https://www.spamhaus.org/drop/drop_v4.json', 43200, 1, 0, 'Aegis'),
  ('spamhaus-drop-v6', 'Spamhaus DROP, IPv6', 'networks', 'https://www.spamhaus.org/drop/drop_v6.json', 43200, 1, 0, 'Aegis'),
  ('firehol-level1', 'FireHOL level 1', 'networks', 'https://iplists.firehol.org/files/firehol_level1.netset', 43200, 0, 0, 'Aegis'),
  ('tor-exits', 'Tor exits', 'networks', 'https://check.torproject.org/torbulkexitlist', 3600, 0, 0, 'Aegis'),
  ('crowdsec', 'CrowdSec', 'crowdsec', 'http://127.0.0.1:8080', 60, 0, 0, 'Aegis');
`,
};
