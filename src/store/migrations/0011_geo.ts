import type { Migration } from "../migration.ts";

/**
 * Where clients are. A table of its own: a column added to a STRICT table makes SQLite read the whole table again, which
 * takes seconds on a long log, and an index on it would too.
 */
export const geo: Migration = {
  version: 11,
  name: "geo",
  sql: `
-- Only requests of which something is known have a row.
CREATE TABLE request_places (
  key INTEGER PRIMARY KEY REFERENCES requests (key) ON DELETE CASCADE,
  -- ISO 3166-1 alpha-2; empty: not known, as is the city.
  country TEXT NOT NULL,
  city TEXT NOT NULL,
  asn INTEGER
) STRICT;
CREATE INDEX request_places_by_country ON request_places (country);
CREATE INDEX request_places_by_asn ON request_places (asn) WHERE asn IS NOT NULL;

CREATE TABLE rollup_countries (
  span INTEGER NOT NULL,
  at INTEGER NOT NULL,
  -- Empty: not known.
  country TEXT NOT NULL,
  requests INTEGER NOT NULL,
  detected INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  PRIMARY KEY (span, at, country)
) STRICT, WITHOUT ROWID;
`,
};
