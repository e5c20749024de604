/** What the pages of API schemas are given, in the shapes that the operations return. */
import type { SchemaMode } from "../src/core/api_schema.ts";

export interface SchemaView {
  readonly id: string;
  readonly host_id: string;
  readonly host_name: string;
  /** `file`: aegis.yml declares it. */
  readonly origin: "stored" | "file";
  readonly name: string;
  /** Empty: it was uploaded. */
  readonly url: string;
  readonly refresh_seconds: number;
  /** null: as the document says. */
  readonly base_path: string | null;
  readonly mode: SchemaMode;
  readonly block_undefined: boolean;
  readonly strict_body: boolean;
  readonly title: string;
  readonly dialect: string;
  readonly api_version: string;
  readonly bases: readonly string[];
  readonly endpoints: number;
  readonly switched: number;
  readonly notes: readonly string[];
  readonly updated_at: number;
  readonly fetched_at: number | null;
  /** Why the last fetch failed; empty: it did not. */
  readonly failure: string;
  readonly version: number;
}

export interface SchemaRuleView {
  readonly i: number;
  readonly method: string;
  readonly path: string;
  readonly mode: SchemaMode;
  /** null: the schema's. */
  readonly own_mode: SchemaMode | null;
  readonly parameters: number;
  readonly body: readonly string[];
}

export interface SchemaDetail extends SchemaView {
  readonly rules: readonly SchemaRuleView[];
}
