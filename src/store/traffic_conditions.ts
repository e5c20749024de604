import type { SQLInputValue } from "node:sqlite";
import { likePattern } from "./like.ts";
import type { TrafficCriteria } from "./traffic_types.ts";

/** A piece of SQL with the values of its parameters. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** A criterion that an index serves in time order. */
export interface IndexedCondition extends Condition {
  /** Table and index to walk; `d.key` is its key. */
  readonly source: string;
  readonly onSource: string;
}

const HOST_REF = "(SELECT ref FROM traffic_hosts WHERE host_id = ?)";
const SEARCHED = ["target", "user_agent", "host", "detail"] as const;

/** The positive criteria that have an index. `r` is `requests`. */
export function indexedConditions(criteria: TrafficCriteria): IndexedCondition[] {
  const found: IndexedCondition[] = [];
  const add = (column: string, index: string, value: SQLInputValue | undefined, placeholder = "?") => {
    if (value === undefined) return;
    found.push({
      sql: `r.${column} = ${placeholder}`,
      values: [value],
      source: `requests AS d INDEXED BY ${index}`,
      onSource: `d.${column} = ${placeholder}`,
    });
  };
  add("client", "requests_by_client", criteria.client);
  add("reason", "requests_by_reason", criteria.reason);
  add("status", "requests_by_status", criteria.status);
  add("action", "requests_by_action", criteria.action);
  add("method", "requests_by_method", criteria.method);
  add("host_ref", "requests_by_host", criteria.hostId, HOST_REF);
  const addPlace = (column: "country" | "asn", value: SQLInputValue | undefined) => {
    if (value === undefined) return;
    found.push({
      sql: `EXISTS (SELECT 1 FROM request_places AS p WHERE p.key = r.key AND p.${column} = ?)`,
      values: [value],
      source: `request_places AS d INDEXED BY request_places_by_${column}`,
      onSource: `d.${column} = ?`,
    });
  };
  addPlace("country", criteria.country);
  addPlace("asn", criteria.asn);
  if (criteria.ruleId !== undefined) {
    found.push({
      sql: "EXISTS (SELECT 1 FROM findings AS f WHERE f.rule_id = ? AND f.key = r.key)",
      values: [criteria.ruleId],
      source: "findings AS d INDEXED BY findings_by_rule",
      onSource: "d.rule_id = ?",
    });
  }
  return found;
}

/** The positive criteria that no index serves in time order: an index finds one status after the other. */
export function plainConditions({ statusClass }: TrafficCriteria): Condition[] {
  if (statusClass === undefined) return [];
  return [{ sql: "r.status BETWEEN ? AND ?", values: [statusClass * 100, statusClass * 100 + 99] }];
}

/** What must not hold, of the columns that `requests` and `findings` have. */
export function excludedConditions(exclude: TrafficCriteria): Condition[] {
  const found = plainConditions(exclude).map(({ sql, values }): Condition => ({
    sql: `NOT (${sql})`,
    values,
  }));
  const add = (column: string, value: SQLInputValue | undefined, placeholder = "?") => {
    // IS NOT: a row without a reason is not left out by a reason.
    if (value !== undefined) found.push({ sql: `r.${column} IS NOT ${placeholder}`, values: [value] });
  };
  add("client", exclude.client);
  add("reason", exclude.reason);
  add("status", exclude.status);
  add("action", exclude.action);
  add("method", exclude.method);
  add("host_ref", exclude.hostId, HOST_REF);
  const addPlace = (column: "country" | "asn", value: SQLInputValue | undefined) => {
    if (value === undefined) return;
    const sql = `NOT EXISTS (SELECT 1 FROM request_places AS p WHERE p.key = r.key AND p.${column} = ?)`;
    found.push({ sql, values: [value] });
  };
  addPlace("country", exclude.country);
  addPlace("asn", exclude.asn);
  if (exclude.ruleId !== undefined) {
    found.push({
      sql: "NOT EXISTS (SELECT 1 FROM findings AS f WHERE f.rule_id = ? AND f.key = r.key)",
      values: [exclude.ruleId],
    });
  }
  return found;
}

/** Free text over the columns of `request_details` (alias `t`) and, where the asker may see it, the client. */
export function textCondition(text: string, negated: boolean, seesClients: boolean): Condition {
  const columns = [...SEARCHED.map((column) => `t.${column}`), ...(seesClients ? ["r.client"] : [])];
  const any = columns.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(" OR ");
  const pattern = likePattern(text);
  return { sql: negated ? `NOT (${any})` : `(${any})`, values: columns.map(() => pattern) };
}
