import type { ExchangeAction } from "../core/exchange.ts";
import type { Database } from "./database.ts";
import { firstKeyAt, timeOfKey } from "./traffic_key.ts";

/** What of a request can be judged again. */
export interface ReplayRow {
  readonly key: number;
  readonly id: string;
  readonly at: number;
  readonly hostId: string;
  readonly host: string;
  readonly client: string;
  readonly method: string;
  readonly target: string;
  readonly protocol: string;
  readonly userAgent: string;
  readonly status: number;
  readonly action: ExchangeAction;
  /** Above 1 where refusals were counted together. */
  readonly count: number;
}

const MAX_ROWS = 1_000;

/**
 * Rows of a time range, newest first, at most MAX_ROWS: those before the row of `beforeKey` (null: the newest) and not
 * before `from`. Of one host where `hostId` is given.
 */
export function readForReplay(
  db: Database,
  range: { readonly from: number; readonly beforeKey: number | null; readonly hostId: string | null },
): ReplayRow[] {
  return db.all<Omit<ReplayRow, "at">>(
    `SELECT r.key, t.id, h.host_id AS hostId, t.host, r.client, r.method, t.target, t.protocol,
       t.user_agent AS userAgent, r.status, r.action, r.count
     FROM requests AS r JOIN request_details AS t ON t.key = r.key JOIN traffic_hosts AS h ON h.ref = r.host_ref
     WHERE r.key >= ? AND r.key < ? AND (? IS NULL OR h.host_id = ?)
     ORDER BY r.key DESC LIMIT ${MAX_ROWS}`,
    firstKeyAt(range.from),
    range.beforeKey ?? Number.MAX_SAFE_INTEGER,
    range.hostId,
    range.hostId,
  ).map((row) => ({ ...row, at: timeOfKey(row.key) }));
}
