import assert from "node:assert/strict";
import type { CorrelationEvent } from "../core/correlation_event.ts";
import {
  CorrelationEventTable,
  deleteOldCorrelationEvents,
  insertCorrelationEvents,
} from "./correlation_events.ts";
import { Database } from "./database.ts";
import { migrate } from "./migrate.ts";

const DAY = 86_400_000;

function event(n: number, more: Partial<CorrelationEvent> = {}): CorrelationEvent {
  return {
    id: `01K${String(n).padStart(23, "0")}`,
    at: n * DAY,
    ruleId: "c1",
    ruleName: "A rule",
    severity: "high",
    hostId: "h1",
    groupBy: "source_64",
    group: "192.0.2.1",
    clients: ["192.0.2.1"],
    action: "blocked",
    blockedUntil: null,
    windowSeconds: 60,
    threshold: 3,
    steps: [],
    counted: 3,
    snapshots: [],
    ...more,
  };
}

Deno.test("events are listed newest first, by rule, host, client and action, page by page", () => {
  const db = new Database({ path: ":memory:", synchronous: "NORMAL" });
  try {
    migrate(db);
    const table = new CorrelationEventTable(db);
    const events = [
      event(1),
      event(2, { ruleId: "c2", action: "detected" }),
      event(3, { hostId: "h2", clients: ["192.0.2.9", "192.0.2.1"] }),
      event(4),
    ];
    insertCorrelationEvents(db, events);
    insertCorrelationEvents(db, [event(4, { counted: 99 })]);
    const days = (filter: Parameters<typeof table.list>[0]) => table.list(filter).map(({ at }) => at / DAY);
    assert.deepEqual(days({ limit: 50 }), [4, 3, 2, 1]);
    assert.deepEqual(days({ limit: 2 }), [4, 3]);
    assert.deepEqual(days({ limit: 2, before: events[2]!.id }), [2, 1]);
    assert.deepEqual(days({ limit: 9, ruleId: "c2" }), [2]);
    assert.deepEqual(days({ limit: 9, hostId: "h2", action: "blocked" }), [3]);
    assert.deepEqual(days({ limit: 9, client: "192.0.2.9" }), [3]);
    assert.deepEqual(table.get(events[3]!.id), events[3]);
    assert.equal(table.get("none"), null);
  } finally {
    db.close();
  }
});

Deno.test("old events leave, and those over the number that is kept", () => {
  const db = new Database({ path: ":memory:", synchronous: "NORMAL" });
  try {
    migrate(db);
    const table = new CorrelationEventTable(db);
    insertCorrelationEvents(db, [1, 2, 3, 4, 5, 6].map((n) => event(n)));
    deleteOldCorrelationEvents(db, 4, 7 * DAY);
    assert.deepEqual(table.list({ limit: 9 }).map(({ at }) => at / DAY), [6, 5, 4, 3]);
    deleteOldCorrelationEvents(db, 30, 7 * DAY, 2);
    assert.deepEqual(table.list({ limit: 9 }).map(({ at }) => at / DAY), [6, 5]);
  } finally {
    db.close();
  }
});
