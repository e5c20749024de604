import { type Stream, STREAM_DEFAULTS } from "../core/stream.ts";
import type { Database } from "./database.ts";

interface Row {
  readonly stream: string;
}

/** Streams of the database. A name that another stream has makes insert and update throw `conflict`. */
export class StreamTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** All, in the order of their making. */
  list(): Stream[] {
    return this.#db.all<Row>("SELECT stream FROM streams ORDER BY created_at, id").map(toStream);
  }

  insert(stream: Stream): void {
    this.#db.run(
      "INSERT INTO streams (id, name, version, created_at, updated_at, stream) VALUES (?, ?, ?, ?, ?, ?)",
      stream.id,
      stream.name,
      stream.version,
      stream.created_at,
      stream.updated_at,
      JSON.stringify(stream),
    );
  }

  /** Replaces the stream whose stored version is one below `stream.version`. False: it is gone or was changed meanwhile. */
  update(stream: Stream): boolean {
    return this.#db.run(
      "UPDATE streams SET name = ?, version = ?, updated_at = ?, stream = ? WHERE id = ? AND version = ?",
      stream.name,
      stream.version,
      stream.updated_at,
      JSON.stringify(stream),
      stream.id,
      stream.version - 1,
    ) > 0;
  }

  delete(id: string): boolean {
    return this.#db.run("DELETE FROM streams WHERE id = ?", id) > 0;
  }
}

function toStream(row: Row): Stream {
  const stored = JSON.parse(row.stream) as Stream;
  return {
    ...STREAM_DEFAULTS,
    ...stored,
    timeouts: { ...STREAM_DEFAULTS.timeouts, ...stored.timeouts },
    proxy_protocol: { ...STREAM_DEFAULTS.proxy_protocol, ...stored.proxy_protocol },
    health: { ...STREAM_DEFAULTS.health, ...stored.health },
  };
}
