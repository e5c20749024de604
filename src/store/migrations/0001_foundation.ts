import type { Migration } from "../migration.ts";

/**
 * What an operator owns: hosts, people, settings, lists, certificates, the audit chain. Times are milliseconds since
 * 1970. A column named `sealed` holds bytes of the vault, everything else is readable.
 */
export const foundation: Migration = {
  version: 1,
  name: "foundation",
  sql: `
CREATE TABLE hosts (
  id TEXT PRIMARY KEY,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  host TEXT NOT NULL CHECK (json_valid(host))
) STRICT;

-- A domain belongs to one host: the primary key is the guard behind control's own check.
CREATE TABLE host_domains (
  domain TEXT PRIMARY KEY,
  host_id TEXT NOT NULL REFERENCES hosts (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX host_domains_by_host ON host_domains (host_id);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  email TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'owner')),
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_seen_at INTEGER
) STRICT;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  idle_expires_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE settings (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  settings TEXT NOT NULL CHECK (json_valid(settings))
) STRICT;

-- host_id of bans and exceptions may name a host of aegis.yml, which is not in this database: no foreign key.
CREATE TABLE bans (
  id TEXT PRIMARY KEY,
  network TEXT NOT NULL,
  host_id TEXT,
  expires_at INTEGER,
  reason TEXT NOT NULL,
  origin TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL
) STRICT;
CREATE INDEX bans_by_network ON bans (network);
CREATE INDEX bans_by_host ON bans (host_id);
CREATE INDEX bans_by_expiry ON bans (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE exceptions (
  id TEXT PRIMARY KEY,
  rule_id TEXT NOT NULL,
  host_id TEXT,
  path TEXT,
  targets TEXT CHECK (targets IS NULL OR json_valid(targets)),
  note TEXT,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL
) STRICT;
CREATE INDEX exceptions_by_host ON exceptions (host_id);

CREATE TABLE rule_switches (
  id TEXT PRIMARY KEY,
  switch TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE custom_rules (
  id TEXT PRIMARY KEY,
  rule TEXT NOT NULL CHECK (json_valid(rule)),
  definition TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE certificates (
  id TEXT PRIMARY KEY,
  origin TEXT NOT NULL,
  names TEXT NOT NULL CHECK (json_valid(names)),
  certificate_pem TEXT NOT NULL,
  sealed BLOB NOT NULL,
  not_after INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE secrets (
  name TEXT PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  address TEXT NOT NULL,
  operation TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT,
  after TEXT,
  hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_rows_stay BEFORE UPDATE ON audit BEGIN
  SELECT raise(ABORT, 'the audit log is append-only');
END;
`,
};
