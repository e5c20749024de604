import type { CorrelationEvent } from "../core/correlation_event.ts";
import type { Database } from "./database.ts";

export interface CorrelationEventFilter {
  readonly hostId?: string;
  readonly ruleId?: string;
  /** Address of the last request. */
  readonly client?: string;
  readonly action?: CorrelationEvent["action"];
  /** Id of the last event of the page before; ids are in the order of time. */
  readonly before?: string;
  readonly limit: number;
}

/** Events kept; the oldest leave first. With 64 snapshots each they take some 200 MB at most. */
const MOST_EVENTS = 10_000;
const DAY_MS = 86_400_000;

export class CorrelationEventTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The newest first. */
  list(filter: CorrelationEventFilter): CorrelationEvent[] {
    const { hostId, ruleId, client, action, before } = filter;
    const wanted: readonly (readonly [string, string | undefined])[] = [
      ["host_id = ?", hostId],
      ["rule_id = ?", ruleId],
      ["client = ?", client],
      ["action = ?", action],
      ["id < ?", before],
    ];
    const given = wanted.filter((each): each is readonly [string, string] => each[1] !== undefined);
    const where = given.length === 0 ? "" : `WHERE ${given.map(([condition]) => condition).join(" AND ")}`;
    return this.#db.all<Row>(
      `SELECT event FROM correlation_events ${where} ORDER BY id DESC LIMIT ?`,
      ...given.map(([, value]) => value),
      filter.limit,
    ).map(toEvent);
  }

  get(id: string): CorrelationEvent | null {
    const row = this.#db.get<Row>("SELECT event FROM correlation_events WHERE id = ?", id);
    return row === undefined ? null : toEvent(row);
  }
}

/** For the recorder, which alone writes them. An event that is there already stays as it is. */
export function insertCorrelationEvents(db: Database, events: readonly CorrelationEvent[]): void {
  db.transaction(() => {
    for (const event of events) {
      db.run(
        `INSERT INTO correlation_events (id, at, rule_id, host_id, client, action, event)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
        event.id,
        event.at,
        event.ruleId,
        event.hostId,
        event.clients[0] ?? "",
        event.action,
        JSON.stringify(event),
      );
    }
  });
}

/** Deletes what is older than `days`, and what is over the number that is kept. `now`: milliseconds since 1970. */
export function deleteOldCorrelationEvents(
  db: Database,
  days: number,
  now: number,
  most = MOST_EVENTS,
): void {
  db.run("DELETE FROM correlation_events WHERE at < ?", now - days * DAY_MS);
  db.run(
    `DELETE FROM correlation_events WHERE id <= (
       SELECT id FROM correlation_events ORDER BY id DESC LIMIT 1 OFFSET ?)`,
    most,
  );
}

interface Row {
  readonly event: string;
}

function toEvent({ event }: Row): CorrelationEvent {
  // Those of an earlier version do not say which steps were met.
  return { steps: [], ...JSON.parse(event) } as CorrelationEvent;
}
