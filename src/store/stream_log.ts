import type { StreamRecord } from "../core/stream.ts";
import type { Database } from "./database.ts";

/** Rows that are kept; the oldest leave first. */
export const MOST_STREAM_ROWS = 200_000;
const DELETED_AT_ONCE = 500;
const DAY_MS = 86_400_000;

const COLUMNS =
  `id, at, stream_id AS streamId, transport, client, server_name AS serverName, duration_ms AS durationMs,
  upload_bytes AS uploadBytes, download_bytes AS downloadBytes, "end", detail`;

/** The connection log as pages read it. */
export class StreamLog {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Newest first; `streamId` null: of all streams. `before`: milliseconds since 1970, exclusive. */
  list(streamId: string | null, before: number, limit: number): StreamRecord[] {
    return this.#db.all<StreamRecord>(
      `SELECT ${COLUMNS} FROM stream_connections WHERE at < ?1 AND (?2 IS NULL OR stream_id = ?2)
       ORDER BY at DESC, id LIMIT ?3`,
      before,
      streamId,
      limit,
    );
  }
}

/** Writes rows in one transaction. A batch that was written just before its thread died may come again. */
export function writeStreamRecords(db: Database, records: readonly StreamRecord[]): void {
  db.transaction(() => {
    for (const record of records) {
      db.run(
        `INSERT OR IGNORE INTO stream_connections (id, at, stream_id, transport, client, server_name, duration_ms,
           upload_bytes, download_bytes, "end", detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        record.id,
        record.at,
        record.streamId,
        record.transport,
        record.client,
        record.serverName,
        record.durationMs,
        record.uploadBytes,
        record.downloadBytes,
        record.end,
        record.detail,
      );
    }
  });
}

/** Deletes one batch of rows that are older than `days` or too many; true where there may be more. */
export function deleteOldStreamRecords(db: Database, days: number, now: number): boolean {
  const oldest = now - days * DAY_MS;
  const deleted = db.run(
    `DELETE FROM stream_connections WHERE id IN (
       SELECT id FROM stream_connections WHERE at < ?1 ORDER BY at LIMIT ?2)`,
    oldest,
    DELETED_AT_ONCE,
  ) + db.run(
    `DELETE FROM stream_connections WHERE id IN (
       SELECT id FROM stream_connections ORDER BY at DESC LIMIT ?2 OFFSET ?1)`,
    MOST_STREAM_ROWS,
    DELETED_AT_ONCE,
  );
  return deleted >= DELETED_AT_ONCE;
}
