import { deepEqual, equal, throws } from "node:assert/strict";
import { AegisError } from "../core/errors.ts";
import { Database } from "./database.ts";
import { migrate, MIGRATIONS, NEWEST } from "./migrate.ts";

function memory(): Database {
  return new Database({ path: ":memory:", synchronous: "NORMAL" });
}

function schema(db: Database): unknown[] {
  return db.all("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
}

function version(db: Database): number {
  return db.get<{ user_version: number }>("PRAGMA user_version")!.user_version;
}

Deno.test("steps stand in the order of their numbers, each once", () => {
  const versions = MIGRATIONS.map((step) => step.version);
  deepEqual(versions, [...new Set(versions)].sort((a, b) => a - b));
});

Deno.test("a database of every earlier version becomes the same as a new one", () => {
  const fresh = memory();
  migrate(fresh);
  for (let from = 0; from <= NEWEST; from++) {
    const db = memory();
    migrate(db, from);
    equal(version(db), from);
    migrate(db);
    equal(version(db), NEWEST);
    deepEqual(schema(db), schema(fresh));
    db.close();
  }
  fresh.close();
});

Deno.test("what an earlier version holds is still there afterwards", () => {
  const db = memory();
  migrate(db, 1);
  db.run("INSERT INTO settings (only, settings) VALUES (1, '{\"a\":1}')");
  migrate(db);
  equal(db.get<{ settings: string }>("SELECT settings FROM settings")?.settings, '{"a":1}');
  db.close();
});

Deno.test("a database of a newer program is refused with what to do, and left alone", () => {
  const db = memory();
  migrate(db);
  db.exec("PRAGMA user_version = 999");
  const before = schema(db);
  throws(() => migrate(db), (thrown: AegisError) => {
    equal(thrown.code, "config_refused");
    equal(thrown.message, "the database was written by a newer version of Aegis");
    return /schema version 999, this program knows up to \d+/.test(thrown.privateText);
  });
  deepEqual(schema(db), before);
  db.close();
});

Deno.test("another program's database is refused and left alone", () => {
  const db = memory();
  db.exec("CREATE TABLE theirs (a)");
  throws(() => migrate(db), { code: "config_refused" });
  deepEqual(schema(db).length, 1);
  db.close();
});

Deno.test("a step that fails leaves the version it began with", () => {
  const db = memory();
  db.exec("PRAGMA application_id = 0x41454753; CREATE TABLE hosts (a)");
  throws(() => migrate(db), { code: "internal" });
  equal(version(db), 0);
  equal(schema(db).length, 1);
  db.close();
});

Deno.test("two threads that open a new file at the same moment both get the whole database", async () => {
  const folder = Deno.makeTempDirSync();
  const entry = import.meta.resolve("../../tests/support/open_database_worker.ts");
  const threads = [0, 1].map(() => new Worker(entry, { type: "module" }));
  try {
    for (let round = 0; round < 10; round++) {
      const message = { path: `${folder}/${round}.db`, gate: new SharedArrayBuffer(4) };
      const answers = threads.map((thread) =>
        new Promise<string>((resolve) => {
          thread.onmessage = (event: MessageEvent<string>) => resolve(event.data);
          thread.postMessage(message);
        })
      );
      deepEqual(await Promise.all(answers), ["ok", "ok"]);
    }
  } finally {
    for (const thread of threads) thread.terminate();
    Deno.removeSync(folder, { recursive: true });
  }
});
