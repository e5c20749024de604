import type { AegisError } from "../../core/errors.ts";
import { type DocumentPath, type DocumentText, refused } from "./document_text.ts";

export type Block = Readonly<Record<string, unknown>>;

/** A part of the document that a reference led to, and where it really stands. */
export interface Placed {
  readonly value: unknown;
  readonly path: DocumentPath;
}

/** References that lead to references. */
const MOST_HOPS = 32;
/** Of things to say about one document. */
const MOST_NOTES = 50;

/** One document while it is compiled: its dialect, its references, and what is to be said of it. */
export class Source {
  readonly dialect: "2.0" | "3.0" | "3.1";
  readonly root: Block;
  readonly notes: string[] = [];
  readonly #text: DocumentText;

  /** Throws AegisError `invalid_input` where it is none of the documents that are known. */
  constructor(text: DocumentText) {
    this.#text = text;
    if (!isBlock(text.value)) {
      throw refused("it is no document of an API", "give OpenAPI 3.0, 3.1 or Swagger 2");
    }
    this.root = text.value;
    const { swagger, openapi } = this.root;
    const version = String(openapi ?? swagger ?? "");
    const known = /^(?:2\.0|3\.[01])/.exec(version)?.[0];
    if (known === undefined || (known === "2.0") !== (openapi === undefined)) {
      const key: DocumentPath = openapi !== undefined
        ? ["openapi"]
        : swagger !== undefined
        ? ["swagger"]
        : [];
      throw this.fault(
        key,
        version === "" ? "says neither openapi nor swagger" : `has the version ${version.slice(0, 20)}`,
        "give OpenAPI 3.0, 3.1 or Swagger 2.0",
      );
    }
    this.dialect = known as Source["dialect"];
  }

  get version(): string {
    return String(this.root.openapi ?? this.root.swagger);
  }

  fault(path: DocumentPath, message: string, remedy: string): AegisError {
    const line = this.#text.lineOf(path);
    const place = path.length === 0 ? "the document" : path.join(".");
    return refused(`${line === null ? "" : `line ${line}: `}${place} ${message}`, remedy);
  }

  /** As `note`, with the place of what it is about. */
  noteAt(path: DocumentPath, text: string): void {
    const line = this.#text.lineOf(path);
    this.note(`${line === null ? "" : `line ${line}: `}${path.join(".")}: ${text}`);
  }

  note(text: string): void {
    if (this.notes.includes(text)) return;
    if (this.notes.length < MOST_NOTES) this.notes.push(text);
    else if (this.notes.length === MOST_NOTES) this.notes.push("… and more of the same");
  }

  /** A part, or what its `$ref` leads to; null where it leads out of the document. Throws where it leads nowhere. */
  follow(value: unknown, path: DocumentPath): Placed | null {
    let at: Placed = { value, path };
    for (let hops = 0; isBlock(at.value) && typeof at.value.$ref === "string"; hops++) {
      if (hops >= MOST_HOPS) throw this.fault(path, "refers to itself without end", "name what is meant");
      const next = this.target(at.value.$ref, at.path);
      if (next === null) return null;
      at = next;
    }
    return at;
  }

  /** What `#/components/schemas/Pet` names; null for other documents, which are not fetched. */
  target(ref: string, path: DocumentPath): Placed | null {
    if (!ref.startsWith("#")) {
      this.note(`${ref.slice(0, 120)} is another document: what it describes is not checked`);
      return null;
    }
    const keys = ref === "#" || ref === "#/" ? [] : ref.slice(2).split("/").map(unescapeKey);
    let value: unknown = this.root;
    for (const key of keys) {
      const has = typeof value === "object" && value !== null && Object.hasOwn(value, key);
      if (!has || !/^#(?:\/|$)/.test(ref)) {
        throw this.fault(
          [...path, "$ref"],
          `names ${ref.slice(0, 120)}, which is not there`,
          "correct the reference",
        );
      }
      value = (value as Record<string, unknown>)[key];
    }
    return { value, path: keys };
  }
}

function unescapeKey(text: string): string {
  let key = text;
  try {
    key = decodeURIComponent(text);
  } catch {
    // no escape: the key as it stands
  }
  return key.replaceAll("~1", "/").replaceAll("~0", "~");
}

export function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
