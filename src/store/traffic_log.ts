import type { SQLInputValue } from "node:sqlite";
import type { Database } from "./database.ts";
import { readDetail } from "./traffic_detail.ts";
import { firstKeyAt, keyOfCursor, timeOfKey } from "./traffic_key.ts";
import { type KeyQuery, type KeyRange, PAGE_BUDGET, type PageBudget, planKeys } from "./traffic_plan.ts";
import { readForReplay, type ReplayRow } from "./traffic_replay.ts";
import type { TrafficDetail, TrafficFilter, TrafficPage, TrafficRow } from "./traffic_types.ts";

/** What the log says of one client since a time. */
export interface ClientSummary {
  readonly requests: number;
  readonly blocked: number;
  readonly detected: number;
  /** First time in the whole log, or null where it is not in it. */
  readonly firstSeen: number | null;
}

interface RawRow extends Omit<TrafficRow, "at" | "ruleIds"> {
  readonly key: number;
  readonly ruleIds: string;
}

const MAX_LIMIT = 500;

/** The request log as control reads it. Every call is bounded (traffic_plan.ts); nothing here writes. */
export class TrafficLog {
  readonly #db: Database;
  readonly #budget: PageBudget;

  constructor(db: Database, budget: PageBudget = PAGE_BUDGET) {
    this.#db = db;
    this.#budget = budget;
  }

  /** One page, newest first. Throws `invalid_input` for a cursor that no page gave. */
  query(filter: TrafficFilter): TrafficPage {
    const limit = Math.min(Math.max(1, filter.limit), MAX_LIMIT);
    const range = rangeOf(filter);
    const byId = filter.text === undefined ? null : this.#keyOfId(filter.text);
    if (byId !== null) return { rows: this.#rows([byId]), next: null, searchedTo: null };
    const plan = planKeys(this.#db, filter, range, limit + 1, this.#budget);
    const keys = this.#db.all<{ key: number }>(plan.sql, ...plan.values).map((row) => row.key);
    if (keys.length > limit) {
      return { rows: this.#rows(keys.slice(0, limit)), next: String(keys[limit - 1]), searchedTo: null };
    }
    const floor = this.#floor(plan, range);
    return {
      rows: this.#rows(keys),
      next: floor === null ? null : String(floor),
      searchedTo: floor === null ? null : timeOfKey(floor),
    };
  }

  /** By the request's id, or by that of a refusal that was counted into another row. */
  get(id: string): TrafficDetail | null {
    const key = this.#keyOfId(id);
    return key === null ? null : readDetail(this.#db, key);
  }

  /** What can be judged again, newest first (traffic_replay.ts). */
  replay(range: Parameters<typeof readForReplay>[1]): ReplayRow[] {
    return readForReplay(this.#db, range);
  }

  /** Ids of the rows beside this one in time, null at the ends. */
  neighbours(id: string): { newer: string | null; older: string | null } {
    const key = this.#keyOfId(id);
    if (key === null) return { newer: null, older: null };
    const beside = (sql: string) => this.#db.get<{ id: string }>(sql, key)?.id ?? null;
    return {
      newer: beside("SELECT id FROM request_details WHERE key > ? ORDER BY key LIMIT 1"),
      older: beside("SELECT id FROM request_details WHERE key < ? ORDER BY key DESC LIMIT 1"),
    };
  }

  client(address: string, since: number): ClientSummary {
    const sums = this.#db.get<{ requests: number; blocked: number; detected: number }>(
      `SELECT total(count) AS requests, total(count) FILTER (WHERE action = 'blocked') AS blocked,
         total(count) FILTER (WHERE action = 'detected') AS detected
       FROM (SELECT count, action FROM requests INDEXED BY requests_by_client
             WHERE client = ? AND key >= ? ORDER BY key DESC LIMIT ${CLIENT_ROWS})`,
      address,
      firstKeyAt(since),
    )!;
    const first = this.#db.get<{ key: number | null }>(
      "SELECT min(key) AS key FROM requests WHERE client = ?",
      address,
    )!;
    return { ...sums, firstSeen: first.key === null ? null : timeOfKey(first.key) };
  }

  #keyOfId(id: string): number | null {
    return this.#db.get<{ key: number }>("SELECT key FROM request_details WHERE id = ?", id)?.key ??
      this.#db.get<{ key: number }>("SELECT key FROM request_aliases WHERE id = ?", id)?.key ?? null;
  }

  /** The key at which the plan's budget ended; null where the range ended first. */
  #floor(plan: KeyQuery, range: KeyRange): number | null {
    if (plan.floor === null) return null;
    const key = this.#db.get<{ key: number }>(plan.floor.sql, ...plan.floor.values)?.key;
    return key === undefined || key <= range.low ? null : key;
  }

  #rows(keys: readonly number[]): TrafficRow[] {
    if (keys.length === 0) return [];
    const values: SQLInputValue[] = [JSON.stringify(keys)];
    return this.#db.all<RawRow>(
      `SELECT r.key, t.id, t.last_at AS lastAt, r.count, h.host_id AS hostId, t.host, r.client, p.country, r.method, t.target,
         r.status, r.action, r.reason, t.detail, t.latency_ms AS latencyMs, t.response_bytes AS responseBytes, t.score,
         (SELECT json_group_array(rule_id) FROM (SELECT rule_id FROM findings WHERE key = r.key
           GROUP BY rule_id ORDER BY max(points) DESC, min(n))) AS ruleIds
       FROM json_each(?) AS wanted CROSS JOIN requests AS r ON r.key = wanted.value
         CROSS JOIN request_details AS t ON t.key = r.key CROSS JOIN traffic_hosts AS h ON h.ref = r.host_ref
         LEFT JOIN request_places AS p ON p.key = r.key
       ORDER BY r.key DESC`,
      ...values,
    ).map(({ key, ruleIds, ...row }) => ({
      ...row,
      at: timeOfKey(key),
      ruleIds: JSON.parse(ruleIds) as string[],
    }));
  }
}

/** Rows of one client that its summary reads at most; a client with more shows this many. */
const CLIENT_ROWS = 100_000;

function rangeOf(filter: TrafficFilter): KeyRange {
  const low = filter.from === undefined ? 0 : firstKeyAt(filter.from);
  const to = filter.to === undefined ? Number.MAX_SAFE_INTEGER : firstKeyAt(filter.to);
  const before = filter.before === undefined ? Number.MAX_SAFE_INTEGER : keyOfCursor(filter.before);
  return { low, high: Math.min(to, before) };
}
