import type { Clock } from "../../core/clock.ts";
import { errorText } from "../../core/errors.ts";
import type { Geo } from "../../core/place.ts";
import { NOWHERE } from "../../core/place.ts";
import type { Logger } from "../../core/ports.ts";
import { Mmdb, type MmdbFacts } from "../../lib/mmdb/mmdb.ts";
import { openGeo } from "../../gateway/geo_databases.ts";
import { modifiedAt, readShared } from "./shared_file.ts";

/** How often the files are looked at; a copy that was replaced is read then. */
export const LOOK_EVERY_MS = 60_000;

export interface GeoFile {
  readonly role: "country" | "asn";
  readonly path: string;
  /** `built-in`: comes with Aegis. */
  readonly origin: "file" | "built-in";
  /** Who is to be named with what it says; empty: not known. */
  readonly licence: string;
}

/** How it stands with one file. */
export interface GeoFileState extends GeoFile {
  /** null: nothing of it is in use. */
  readonly facts: MmdbFacts | null;
  readonly bytes: number;
  /** Milliseconds since 1970; null: never. */
  readonly readAt: number | null;
  /** Why what stands there now is not in use. */
  readonly error: string | null;
}

export interface GeoSourceParts {
  /** The one that says most first. */
  readonly files: readonly GeoFile[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** The toggle `geoip`: off, nothing is read, so that it costs no memory. */
  enabled(): boolean;
  /** Other databases are in use from now on. */
  changed(files: readonly SharedArrayBuffer[]): void;
}

interface Held extends GeoFileState {
  readonly memory: SharedArrayBuffer | null;
  /** Of the file as it was when it was last read, or tried. */
  readonly modified: string;
}

/**
 * The databases that addresses are looked up in. Each is read once into memory that all threads share, and again when
 * its file changes; a file that is damaged, cut short or gone leaves the last good one in use.
 */
export class GeoSource {
  readonly #parts: GeoSourceParts;
  #held: Held[];
  #geo: Geo = NOWHERE;
  #lookedAt = 0;

  constructor(parts: GeoSourceParts) {
    this.#parts = parts;
    this.#held = parts.files.map((file) => ({
      ...file,
      facts: null,
      bytes: 0,
      readAt: null,
      error: null,
      memory: null,
      modified: "",
    }));
  }

  /** Look-ups for pages. */
  get geo(): Geo {
    return this.#geo;
  }

  get states(): readonly GeoFileState[] {
    return this.#held;
  }

  /** Milliseconds since 1970; null while nothing is looked up. */
  get nextLookAt(): number | null {
    return this.#parts.enabled() ? this.#lookedAt + LOOK_EVERY_MS : null;
  }

  /** Reads what is new. Never throws: what cannot be read is said, and addresses are not known. */
  refresh(): void {
    if (!this.#parts.enabled()) return;
    this.#lookedAt = this.#parts.clock.now();
    const before = this.#held;
    this.#held = before.map((held) => this.#looked(held));
    if (this.#held.every((held, i) => held.memory === before[i]!.memory)) return;
    const files = this.#held.map((held) => held.memory).filter((memory) => memory !== null);
    this.#geo = openGeo(files);
    this.#parts.changed(files);
  }

  /** Looks every minute until what it returns is called. */
  start(): () => void {
    const timer = setInterval(() => this.refresh(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }

  #looked(held: Held): Held {
    const { clock, logger } = this.#parts;
    let modified = "";
    try {
      modified = modifiedAt(held.path);
      if (modified === held.modified) return held;
      const memory = readShared(held.path);
      const database = Mmdb.open(new Uint8Array(memory));
      if (typeof database === "string") return this.#failed(held, modified, database);
      logger.info("a geolocation database was read", { path: held.path, type: database.facts.type });
      return {
        ...held,
        memory,
        modified,
        facts: database.facts,
        bytes: memory.byteLength,
        readAt: clock.now(),
        error: null,
      };
    } catch (thrown) {
      const text = thrown instanceof Deno.errors.NotFound ? "there is no such file" : errorText(thrown);
      return this.#failed(held, modified, text);
    }
  }

  #failed(held: Held, modified: string, error: string): Held {
    if (held.error !== error) {
      this.#parts.logger.warn("a geolocation database cannot be used", {
        path: held.path,
        error,
        still_in_use: held.memory !== null,
      });
    }
    return { ...held, modified, error };
  }
}
