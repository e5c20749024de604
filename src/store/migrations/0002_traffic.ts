import type { Migration } from "../migration.ts";

/**
 * The request log. `key` is time: milliseconds × 1024 + a number within the millisecond (traffic_key.ts). SQLite
 * appends the rowid to every index entry, so each index below is ordered by its column and then by time, a page is
 * `key < cursor ORDER BY key DESC`, and a time range is a range of keys: no index carries a time of its own.
 *
 * `requests` is narrow on purpose: a filter that no index serves reads it as a whole, at some 30 bytes a row. What is
 * only shown stands in `request_details`.
 */
export const traffic: Migration = {
  version: 2,
  name: "traffic",
  sql: `
-- Hosts by small number: their ids are long and stand in millions of rows. As many as there ever were hosts.
CREATE TABLE traffic_hosts (
  ref INTEGER PRIMARY KEY,
  host_id TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE requests (
  key INTEGER PRIMARY KEY,
  host_ref INTEGER NOT NULL,
  status INTEGER NOT NULL,
  action TEXT NOT NULL,
  reason TEXT,
  method TEXT NOT NULL,
  client TEXT NOT NULL,
  -- Refusals of one client, for one reason, on one host, within ten seconds.
  count INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_by_host ON requests (host_ref);
CREATE INDEX requests_by_status ON requests (status);
CREATE INDEX requests_by_action ON requests (action);
CREATE INDEX requests_by_reason ON requests (reason) WHERE reason IS NOT NULL;
CREATE INDEX requests_by_method ON requests (method);
CREATE INDEX requests_by_client ON requests (client);

CREATE TABLE request_details (
  key INTEGER PRIMARY KEY REFERENCES requests (key) ON DELETE CASCADE,
  id TEXT NOT NULL,
  host TEXT NOT NULL,
  target TEXT NOT NULL,
  protocol TEXT NOT NULL,
  scheme TEXT NOT NULL,
  detail TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  request_bytes INTEGER NOT NULL,
  response_bytes INTEGER NOT NULL,
  latency_ms REAL NOT NULL,
  upstream_ms REAL NOT NULL,
  waf_ms REAL NOT NULL,
  target_id TEXT NOT NULL,
  score INTEGER NOT NULL,
  threshold INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  -- JSON: up to three of the refusals that this row counts, the first among them; null where it counts one.
  samples TEXT
) STRICT;
CREATE UNIQUE INDEX request_details_by_id ON request_details (id);

-- Ids of refusals that were counted into another row, so that the number a visitor quotes is still found.
CREATE TABLE request_aliases (
  id TEXT PRIMARY KEY,
  key INTEGER NOT NULL REFERENCES requests (key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX request_aliases_by_key ON request_aliases (key);

CREATE TABLE findings (
  key INTEGER NOT NULL REFERENCES requests (key) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  -- null: of the row's own request; else of the sample with this id.
  request_id TEXT,
  source TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  rule_name TEXT NOT NULL,
  family TEXT NOT NULL,
  severity TEXT NOT NULL,
  action TEXT NOT NULL,
  points INTEGER NOT NULL,
  phase TEXT NOT NULL,
  target TEXT NOT NULL,
  value TEXT NOT NULL,
  steps TEXT NOT NULL,
  span_start INTEGER NOT NULL,
  span_end INTEGER NOT NULL,
  PRIMARY KEY (key, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX findings_by_rule ON findings (rule_id, key);

-- Roll-ups: span is the length of a period in milliseconds (a minute or an hour), at its start.
CREATE TABLE rollup_requests (
  span INTEGER NOT NULL,
  at INTEGER NOT NULL,
  host_ref INTEGER NOT NULL,
  allowed INTEGER NOT NULL,
  detected INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  challenged INTEGER NOT NULL,
  client_errors INTEGER NOT NULL,
  server_errors INTEGER NOT NULL,
  request_bytes INTEGER NOT NULL,
  response_bytes INTEGER NOT NULL,
  PRIMARY KEY (span, at, host_ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_latency (
  span INTEGER NOT NULL,
  at INTEGER NOT NULL,
  -- total: until the answer's end. added: total without the target's time.
  metric TEXT NOT NULL CHECK (metric IN ('total', 'added')),
  bucket INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (span, at, metric, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_rules (
  span INTEGER NOT NULL,
  at INTEGER NOT NULL,
  rule_id TEXT NOT NULL,
  requests INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  PRIMARY KEY (span, at, rule_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_reasons (
  span INTEGER NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (span, at, reason)
) STRICT, WITHOUT ROWID;

-- The busiest and the most refused clients of a period; the rest is summed in the row of the empty client.
CREATE TABLE rollup_clients (
  span INTEGER NOT NULL,
  at INTEGER NOT NULL,
  client TEXT NOT NULL,
  requests INTEGER NOT NULL,
  detected INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  PRIMARY KEY (span, at, client)
) STRICT, WITHOUT ROWID;
`,
};
