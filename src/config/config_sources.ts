import type { RememberedSources } from "./config.ts";
import type { SchemaSurroundings } from "./file_schemas.ts";

export interface ConfigSources extends RememberedSources {
  /** The file's text, or null where there is none. Other failures are thrown. */
  readFile(path: string): string | null;
  /** Compiles the document of an API, or throws AegisError; absent: documents are not looked into. */
  compileDocument?: CompileDocument | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type CompileDocument = SchemaSurroundings["compileDocument"];
