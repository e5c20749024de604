import type { Database } from "./database.ts";
import { firstKeyAt } from "./traffic_key.ts";
import { HOUR_MS, MINUTE_MS } from "./rollup_sums.ts";

export interface RetentionLimits {
  readonly days: number;
  /** Bytes of the database that are in use. */
  readonly maxBytes: number;
}

/** Rows that leave in one transaction, so that nobody waits long for the lock. */
export const RETENTION_BATCH = 500;
/** Rows this young stay whatever the size: later refusals may still be counted into them. */
const YOUNGEST_MS = MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Minutes of the roll-ups are read for the last hours only. */
const MINUTES_KEPT_MS = 2 * DAY_MS;
/** Dashboards look back 30 days even where the log itself keeps fewer. */
const HOURS_KEPT_DAYS = 31;
const VACUUM_PAGES = 2_000;

/**
 * Deletes one batch of what is too old or too much, the oldest allowed rows first. True: there is more to delete.
 * `now` in milliseconds since 1970.
 */
export function deleteOneBatch(db: Database, limits: RetentionLimits, now: number): boolean {
  const expired = firstKeyAt(now - limits.days * DAY_MS);
  if (deleteRows(db, "SELECT key FROM requests WHERE key < ? ORDER BY key LIMIT ?", expired)) return true;
  if (deleteRollups(db, limits, now)) return true;
  if (usedBytes(db) <= limits.maxBytes) {
    shrinkFile(db);
    return false;
  }
  const young = firstKeyAt(now - YOUNGEST_MS);
  return deleteRows(
    db,
    "SELECT key FROM requests INDEXED BY requests_by_action WHERE action = 'allowed' AND key < ? ORDER BY key LIMIT ?",
    young,
  ) || deleteRows(db, "SELECT key FROM requests WHERE key < ? ORDER BY key LIMIT ?", young);
}

/** Bytes of all pages that hold something. */
export function usedBytes(db: Database): number {
  const { bytes } = db.get<{ bytes: number }>(
    `SELECT (page_count - freelist_count) * page_size AS bytes
     FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`,
  )!;
  return bytes;
}

function deleteRows(db: Database, select: string, below: number): boolean {
  return db.transaction(() => {
    const keys = db.all<{ key: number }>(select, below, RETENTION_BATCH).map((row) => row.key);
    if (keys.length === 0) return false;
    db.run("DELETE FROM requests WHERE key IN (SELECT value FROM json_each(?))", JSON.stringify(keys));
    return true;
  });
}

function deleteRollups(db: Database, limits: RetentionLimits, now: number): boolean {
  const hours = now - Math.max(limits.days, HOURS_KEPT_DAYS) * DAY_MS;
  return db.transaction(() => {
    let deleted = 0;
    for (
      const table of [
        "rollup_requests",
        "rollup_latency",
        "rollup_rules",
        "rollup_reasons",
        "rollup_clients",
        "rollup_countries",
      ]
    ) {
      for (const [span, before] of [[MINUTE_MS, now - MINUTES_KEPT_MS], [HOUR_MS, hours]] as const) {
        // One period at a time keeps the transaction short.
        const oldest = db.get<{ at: number | null }>(
          `SELECT min(at) AS at FROM ${table} WHERE span = ?`,
          span,
        )!.at;
        if (oldest === null || oldest >= before) continue;
        deleted += db.run(`DELETE FROM ${table} WHERE span = ? AND at = ?`, span, oldest);
      }
    }
    return deleted > 0;
  });
}

/** Gives pages back to the disk where a quarter of the file is empty; otherwise the log fills them again. */
function shrinkFile(db: Database): void {
  const { free, pages } = db.get<{ free: number; pages: number }>(
    "SELECT freelist_count AS free, page_count AS pages FROM pragma_freelist_count(), pragma_page_count()",
  )!;
  // One page a step, and `exec` of Deno 2.9.6 takes one step only: `all` takes them to the end.
  if (free * 4 > pages) db.all(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
}
