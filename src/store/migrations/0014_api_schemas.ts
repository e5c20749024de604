import type { Migration } from "../migration.ts";

/**
 * Documents of APIs. `fields` is what people set; the text and what it compiles to stand apart, because a list of schemas
 * needs neither. `document_version` grows with the text alone, `version` with everything that a person changes.
 */
export const apiSchemas: Migration = {
  version: 14,
  name: "api schemas",
  sql: `
CREATE TABLE api_schemas (
  id TEXT PRIMARY KEY,
  -- May name a host of aegis.yml: no foreign key.
  host_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  fields TEXT NOT NULL CHECK (json_valid(fields)),
  document TEXT NOT NULL,
  document_version INTEGER NOT NULL,
  compiled TEXT NOT NULL CHECK (json_valid(compiled)),
  compiler INTEGER NOT NULL,
  fetched_at INTEGER,
  tried_at INTEGER,
  failure TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX api_schemas_by_host ON api_schemas (host_id);
`,
};
