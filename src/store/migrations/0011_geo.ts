import type { Migration } from "../migrate.ts";

/**
 * Where clients are. New columns without a default cost nothing however long the log is; and no index, because building
 * one would: a country is looked for among the rows of the narrow table (traffic_plan.ts).
 */
export const geo: Migration = {
  version: 11,
  name: "geo",
  sql: `
ALTER TABLE requests ADD COLUMN country TEXT;
ALTER TABLE requests ADD COLUMN asn INTEGER;
ALTER TABLE request_details ADD COLUMN city TEXT;

CREATE TABLE rollup_countries (
  span INTEGER NOT NULL,
  at INTEGER NOT NULL,
  -- ISO 3166-1 alpha-2; empty: not known.
  country TEXT NOT NULL,
  requests INTEGER NOT NULL,
  detected INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  PRIMARY KEY (span, at, country)
) STRICT, WITHOUT ROWID;
`,
};
