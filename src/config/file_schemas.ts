import { createHash } from "node:crypto";
import { z } from "zod";
import { type ApiDocument, endpointKey, type SchemaMode as Mode } from "../core/api_schema.ts";
import { AegisError } from "../core/errors.ts";
import { nearest } from "../lib/nearest.ts";
import { ApiSchemaDefaults, SchemaMode } from "./api_schema_fields.ts";
import { fieldErrors, type PlacedError } from "./schema_errors.ts";

/** An API schema that the file declares at one of its hosts, plain data. */
export interface FileApiSchema {
  readonly id: string;
  readonly hostId: string;
  readonly fields: {
    readonly name: string;
    readonly url: string;
    readonly refresh_seconds: number;
    readonly base_path: string | null;
    readonly mode: Mode;
    readonly block_undefined: boolean;
    readonly strict_body: boolean;
    readonly switches: Readonly<Record<string, Mode>>;
  };
  /** Absolute path of the document; null: it is fetched. */
  readonly path: string | null;
  /** What stood there when the configuration was read; null: it is fetched. */
  readonly text: string | null;
}

/** What reading documents needs of its surroundings. */
export interface SchemaSurroundings {
  /** Paths in the file are relative to the file. */
  resolve(path: string): string;
  /** The text of a file, or null where there is none; other failures are thrown. */
  readFile(path: string): string | null;
  /** What lies below may be read without having been named at the start; null: not known. */
  readonly dataDir: string | null;
  /** Throws AegisError where the text is no document of an API; absent: documents are not looked into. */
  compileDocument?: ((text: string, base: string | null) => ApiDocument) | undefined;
}

const MOST_OF_HOST = 50;

const Entry = z.strictObject({
  /** Path of the document. */
  file: z.string().min(1).max(4_096).optional(),
  ...ApiSchemaDefaults,
  /** `POST /users: off`, by the paths of the document. */
  endpoints: z.record(z.string().min(1).max(2_100), SchemaMode).default({}),
});

/**
 * `schemas:` of the host at `hosts.index`. Documents in files are read and tried here, so that every fault has its place
 * before anything is in force; those at an address are fetched by the running Aegis.
 */
export function readSchemas(
  raw: unknown,
  index: number,
  hostId: string,
  around: SchemaSurroundings,
): { schemas: FileApiSchema[]; errors: PlacedError[] } {
  const schemas: FileApiSchema[] = [];
  const errors: PlacedError[] = [];
  const at = (path: readonly PropertyKey[], message: string, remedy: string) => {
    const whole = ["hosts", index, "schemas", ...path];
    errors.push({ path: whole, atKey: false, field: whole.join("."), message, remedy });
  };
  if (!Array.isArray(raw)) {
    at([], "expected a list", "write - file: openapi.yaml, or - url: and the document's address");
    return { schemas, errors };
  }
  if (raw.length > MOST_OF_HOST) {
    at([], `${raw.length} schemas`, `declare at most ${MOST_OF_HOST} at one host`);
  }
  for (const [i, block] of raw.slice(0, MOST_OF_HOST).entries()) {
    const read = Entry.safeParse(block);
    if (!read.success) {
      for (const error of fieldErrors(Entry, read.error)) {
        const path = ["hosts", index, "schemas", i, ...error.path];
        errors.push({ ...error, path, field: path.join(".") });
      }
      continue;
    }
    const { file, endpoints, ...fields } = read.data;
    if ((file === undefined) === (fields.url === "")) {
      at([i], "a schema is a file or an address", "write one of file and url");
      continue;
    }
    const path = file === undefined ? null : around.resolve(file);
    const source = path ?? fields.url;
    const nth = schemas.filter((each) => (each.path ?? each.fields.url) === source).length;
    const schema = {
      id: `file-${
        createHash("sha256").update(`schema ${hostId} ${source} ${nth}`).digest("hex").slice(0, 16)
      }`,
      hostId,
      fields: { ...fields, switches: endpoints },
      path,
    };
    if (path === null) {
      schemas.push({ ...schema, text: null });
      continue;
    }
    const text = readDocument(path, around, (message, remedy) => at([i, "file"], message, remedy));
    if (text === null) continue;
    const document = compile(
      text,
      fields.base_path,
      path,
      around,
      (message, remedy) => at([i, "file"], message, remedy),
    );
    for (const key of document === null ? [] : Object.keys(endpoints)) {
      const known = document!.endpoints.map(endpointKey);
      if (known.includes(key)) continue;
      const meant = nearest(key, known);
      at(
        [i, "endpoints", key],
        `${file} has no endpoint "${key}"`,
        meant === null
          ? "write method and path as in the document, as POST /users/{id}"
          : `did you mean "${meant}"?`,
      );
    }
    schemas.push({ ...schema, text });
  }
  return { schemas, errors };
}

type Complain = (message: string, remedy: string) => void;

function readDocument(path: string, around: SchemaSurroundings, complain: Complain): string | null {
  try {
    const text = around.readFile(path);
    if (text === null) complain(`there is no file ${path}`, "name an existing file, relative to this one");
    return text;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotCapable) {
      // [SECURITY] Which files control may read is fixed when it starts (least privilege).
      const other = around.dataDir === null
        ? ""
        : `, or lay it below ${around.dataDir}, where a document may be named at any time`;
      complain(`${path} is new, and may be read from the next start on`, `restart Aegis${other}`);
    } else {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      complain(`${path} cannot be read: ${why}`, "let this user read it");
    }
    return null;
  }
}

function compile(
  text: string,
  base: string | null,
  path: string,
  around: SchemaSurroundings,
  complain: Complain,
): ApiDocument | null {
  try {
    return around.compileDocument?.(text, base) ?? null;
  } catch (thrown) {
    if (!(thrown instanceof AegisError)) throw thrown;
    complain(`${path}: ${thrown.message}`, thrown.fields[0]?.remedy ?? "correct the document");
    return null;
  }
}
