import { deepEqual, equal } from "node:assert/strict";
import type { StreamRecord } from "../core/stream.ts";
import { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { deleteOldStreamRecords, StreamLog, writeStreamRecords } from "./stream_log.ts";

const DAY = 86_400_000;

function record(id: string, at: number, streamId = "s"): StreamRecord {
  return {
    id,
    at,
    streamId,
    transport: "tcp",
    client: "192.0.2.7",
    serverName: "",
    durationMs: 1.5,
    uploadBytes: 1,
    downloadBytes: 2,
    end: "client",
    detail: "",
  };
}

Deno.test("the connection log is read newest first, by stream and before a time; a batch that comes twice counts once", () => {
  const db = new Database({ path: ":memory:", synchronous: "NORMAL" });
  migrate(db);
  const rows = [record("a", 1), record("b", 2, "t"), record("c", 3)];
  writeStreamRecords(db, rows);
  writeStreamRecords(db, rows);
  const log = new StreamLog(db);
  deepEqual(log.list(null, 10, 10).map(({ id }) => id), ["c", "b", "a"]);
  deepEqual(log.list("s", 10, 1), [rows[2]]);
  deepEqual(log.list("s", 3, 10), [rows[0]]);
  db.close();
});

Deno.test("rows that are too old leave in batches", () => {
  const db = new Database({ path: ":memory:", synchronous: "NORMAL" });
  migrate(db);
  writeStreamRecords(db, Array.from({ length: 700 }, (_, i) => record(`old ${i}`, i)));
  writeStreamRecords(db, [record("new", 40 * DAY)]);
  equal(deleteOldStreamRecords(db, 30, 40 * DAY), true);
  equal(deleteOldStreamRecords(db, 30, 40 * DAY), false);
  deepEqual(new StreamLog(db).list(null, Number.MAX_SAFE_INTEGER, 10).map(({ id }) => id), ["new"]);
  db.close();
});
