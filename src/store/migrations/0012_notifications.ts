import type { Migration } from "../migration.ts";

/** Ways to people, and what was sent by them. Passwords, keys and addresses that are keys by themselves lie sealed. */
export const notifications: Migration = {
  version: 12,
  name: "notifications",
  sql: `
CREATE TABLE channels (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL CHECK (type IN ('smtp', 'webhook')),
  name TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;

-- channel_id may name a channel that is gone: no foreign key.
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  channel_id TEXT NOT NULL,
  channel_name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
  -- JSON: the notices that it carries; more counts those that it has no room for.
  notices TEXT NOT NULL CHECK (json_valid(notices)),
  more INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  -- Milliseconds since 1970: when it is to be tried.
  next_at INTEGER NOT NULL,
  done_at INTEGER,
  error TEXT NOT NULL
) STRICT;
CREATE INDEX deliveries_by_time ON deliveries (at);
CREATE INDEX deliveries_waiting ON deliveries (next_at) WHERE state = 'waiting';

-- What was told once and is not told again: a certificate's end by its days.
CREATE TABLE told (
  what TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Addresses that people have signed in from, so that a new one is noticed.
CREATE TABLE known_addresses (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  network TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (user_id, network)
) STRICT, WITHOUT ROWID;
`,
};
