import type { Migration } from "../migration.ts";

/**
 * Streams and their connection log. The log is bounded by its number of rows (stream_log.ts), so one index by stream is
 * all that a page needs; `key` is time as in the request log.
 */
export const streams: Migration = {
  version: 5,
  name: "streams",
  sql: `
CREATE TABLE streams (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  stream TEXT NOT NULL CHECK (json_valid(stream))
) STRICT;

-- stream_id may name a stream of aegis.yml, or one that is gone: no foreign key.
CREATE TABLE stream_connections (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  stream_id TEXT NOT NULL,
  transport TEXT NOT NULL,
  client TEXT NOT NULL,
  server_name TEXT NOT NULL,
  duration_ms REAL NOT NULL,
  upload_bytes INTEGER NOT NULL,
  download_bytes INTEGER NOT NULL,
  "end" TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX stream_connections_by_time ON stream_connections (at);
CREATE INDEX stream_connections_by_stream ON stream_connections (stream_id, at);
`,
};
