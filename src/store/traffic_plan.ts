import type { SQLInputValue } from "node:sqlite";
import type { Database } from "./database.ts";
import {
  type Condition,
  excludedConditions,
  type IndexedCondition,
  indexedConditions,
  plainConditions,
  textCondition,
} from "./traffic_conditions.ts";
import type { TrafficFilter } from "./traffic_types.ts";

/**
 * How the keys of one page are found. SQLite keeps no histogram of a log that changes every second, so the planner
 * is told: a criterion with few rows is walked by its index, and where every criterion has many, the narrow table
 * itself is read from the newest row back. Both end at a budget, so that no filter, however unlucky, holds control
 * up: the page then says how far it looked and where to go on.
 */
export interface KeyRange {
  /** Inclusive and exclusive. */
  readonly low: number;
  readonly high: number;
}

export interface PageBudget {
  /** Rows of the narrow table that one page reads at most. */
  readonly scanRows: number;
  /** Rows whose texts one page reads at most. */
  readonly textRows: number;
  /** A criterion with fewer rows than this in the range is walked by its index. */
  readonly selectiveRows: number;
}

/** Each measured at some 100 ms on two cores (tests/bench/store.ts). */
export const PAGE_BUDGET: PageBudget = Object.freeze({
  scanRows: 500_000,
  textRows: 100_000,
  selectiveRows: 50_000,
});

export interface KeyQuery {
  /** Gives `key`, newest first; at most the limit that was asked. */
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
  /** Gives the lowest key that the budget reaches, where it ends before the range does. Null: no budget is needed. */
  readonly floor: { readonly sql: string; readonly values: readonly SQLInputValue[] } | null;
}

/** Chooses how to find the first `limit` keys that pass the filter within the range. */
export function planKeys(
  db: Database,
  filter: TrafficFilter,
  range: KeyRange,
  limit: number,
  budget: PageBudget = PAGE_BUDGET,
): KeyQuery {
  const wanted = indexedConditions(filter);
  const unindexed = [...plainConditions(filter), ...excludedConditions(filter.exclude ?? {})];
  const texts: Condition[] = [];
  const seesClients = filter.textSeesClients ?? true;
  if (filter.text !== undefined) texts.push(textCondition(filter.text, false, seesClients));
  if (filter.exclude?.text !== undefined) texts.push(textCondition(filter.exclude.text, true, seesClients));

  const simple = wanted.length === 1 && unindexed.length === 0;
  const driver = simple ? wanted[0]! : mostSelective(db, wanted, range, budget.selectiveRows);
  const rest = [...wanted.filter((condition) => condition !== driver), ...unindexed];
  const candidates = candidateKeys(driver, rest, range);
  if (texts.length > 0) return searchTexts(candidates, texts, limit, budget.textRows);
  if (driver !== null) {
    return { sql: `${candidates.sql} LIMIT ?`, values: [...candidates.values, limit], floor: null };
  }
  return scanBudgeted(rest, range, limit, budget.scanRows);
}

/** The criterion with the fewest rows in the range, where one has fewer than `most`. No counting goes beyond it. */
function mostSelective(
  db: Database,
  wanted: readonly IndexedCondition[],
  range: KeyRange,
  most: number,
): IndexedCondition | null {
  let best: IndexedCondition | null = null;
  let fewest = most;
  for (const condition of wanted) {
    const { n } = db.get<{ n: number }>(
      `SELECT count(*) AS n FROM (
         SELECT 1 FROM ${condition.source} WHERE ${condition.onSource} AND d.key >= ? AND d.key < ? LIMIT ?)`,
      ...condition.values,
      range.low,
      range.high,
      fewest,
    )!;
    if (n < fewest) [best, fewest] = [condition, n];
  }
  return best;
}

function candidateKeys(
  driver: IndexedCondition | null,
  rest: readonly Condition[],
  range: KeyRange,
): Condition {
  const source = driver === null
    ? "requests AS r NOT INDEXED"
    : rest.length === 0
    ? driver.source
    : `${driver.source} CROSS JOIN requests AS r ON r.key = d.key`;
  const key = driver === null ? "r.key" : "d.key";
  const where = [
    ...(driver === null ? [] : [driver.onSource]),
    `${key} >= ?`,
    `${key} < ?`,
    ...rest.map((condition) => condition.sql),
  ];
  return {
    // Grouping removes what several findings of one rule repeat; rows come grouped already, so nothing is sorted.
    sql: `SELECT ${key} AS key FROM ${source} WHERE ${
      where.join(" AND ")
    } GROUP BY ${key} ORDER BY ${key} DESC`,
    values: [
      ...(driver?.values ?? []),
      range.low,
      range.high,
      ...rest.flatMap((condition) => condition.values),
    ],
  };
}

function scanBudgeted(rest: readonly Condition[], range: KeyRange, limit: number, rows: number): KeyQuery {
  const floor = {
    sql:
      "SELECT key FROM requests AS r NOT INDEXED WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT 1 OFFSET ?",
    values: [range.low, range.high, rows - 1],
  };
  const where = ["r.key >= ifnull((" + floor.sql + "), ?)", "r.key < ?", ...rest.map((each) => each.sql)];
  const bounded = rest.length > 0;
  return {
    sql: bounded
      ? `SELECT r.key FROM requests AS r NOT INDEXED WHERE ${where.join(" AND ")} ORDER BY r.key DESC LIMIT ?`
      : "SELECT key FROM requests WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT ?",
    values: bounded
      ? [...floor.values, range.low, range.high, ...rest.flatMap((each) => each.values), limit]
      : [range.low, range.high, limit],
    floor: bounded ? floor : null,
  };
}

function searchTexts(
  candidates: Condition,
  texts: readonly Condition[],
  limit: number,
  rows: number,
): KeyQuery {
  const window = `${candidates.sql} LIMIT ${rows}`;
  return {
    sql: `SELECT c.key FROM (${window}) AS c
      CROSS JOIN requests AS r ON r.key = c.key CROSS JOIN request_details AS t ON t.key = c.key
      WHERE ${texts.map((text) => text.sql).join(" AND ")} ORDER BY c.key DESC LIMIT ?`,
    values: [...candidates.values, ...texts.flatMap((text) => text.values), limit],
    floor: {
      sql: `${candidates.sql} LIMIT 1 OFFSET ${rows - 1}`,
      values: candidates.values,
    },
  };
}
