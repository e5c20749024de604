import { deepEqual, equal, throws } from "node:assert/strict";
import { Database } from "./database.ts";

function withFolder(run: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    run(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function numbers(db: Database): number[] {
  return db.all<{ a: number }>("SELECT a FROM t ORDER BY a").map((row) => row.a);
}

function withTable(): Database {
  const db = new Database({ path: ":memory:", synchronous: "NORMAL" });
  db.exec("CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT");
  return db;
}

Deno.test("a transaction is kept whole or not at all", () => {
  const db = withTable();
  db.transaction(() => db.run("INSERT INTO t VALUES (1)"));
  throws(() =>
    db.transaction(() => {
      db.run("INSERT INTO t VALUES (2)");
      throw new Error("no");
    }), /no/);
  deepEqual(numbers(db), [1]);
  db.close();
});

Deno.test("an inner failure that is caught undoes the inner part only", () => {
  const db = withTable();
  db.transaction(() => {
    db.run("INSERT INTO t VALUES (1)");
    throws(() =>
      db.transaction(() => {
        db.run("INSERT INTO t VALUES (2)");
        db.run("INSERT INTO t VALUES (1)");
      }), { code: "conflict" });
    db.run("INSERT INTO t VALUES (3)");
  });
  deepEqual(numbers(db), [1, 3]);
  db.close();
});

Deno.test("a transaction that is not synchronous is refused", () => {
  const db = withTable();
  throws(() => db.transaction(() => Promise.resolve(db.run("INSERT INTO t VALUES (1)"))), /synchronous/);
  deepEqual(numbers(db), []);
  db.close();
});

Deno.test("the file is born for its owner alone, in WAL mode, and commits reach the disk", () =>
  withFolder((folder) => {
    const db = new Database({ path: `${folder}/a.db`, synchronous: "FULL" });
    equal(Deno.statSync(`${folder}/a.db`).mode! & 0o777, 0o600);
    equal(db.get<{ journal_mode: string }>("PRAGMA journal_mode")!.journal_mode, "wal");
    equal(db.get<{ synchronous: number }>("PRAGMA synchronous")!.synchronous, 2);
    db.close();
  }));

Deno.test("a lock that does not go away is said as such", () =>
  withFolder((folder) => {
    const path = `${folder}/a.db`;
    const one = new Database({ path, synchronous: "NORMAL" });
    one.exec("CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT");
    const other = new Database({ path, synchronous: "NORMAL", busyTimeoutMs: 10 });
    one.transaction(() => {
      throws(() => other.run("INSERT INTO t VALUES (1)"), { code: "unavailable" });
      throws(() => other.exec("BEGIN IMMEDIATE"), { code: "unavailable" });
    });
    other.run("INSERT INTO t VALUES (1)");
    deepEqual(numbers(one), [1]);
    one.close();
    other.close();
  }));

Deno.test("a file that is no database, and a folder that is not there, are said as such", () =>
  withFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/text`, "not a database, but long enough to look at it ".repeat(20));
    const open = (path: string) => () => new Database({ path, synchronous: "NORMAL" });
    throws(open(`${folder}/text`), {
      code: "unavailable",
      message: "the database file is not a SQLite database",
    });
    throws(open(`${folder}/nowhere/a.db`), {
      code: "unavailable",
      message: "the database file cannot be made",
    });
  }));
