import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Evidence } from "../core/evidence.ts";
import { Database } from "./database.ts";
import { EvidenceTable } from "./evidence.ts";
import { migrate } from "./migrate.ts";
import { makeVault } from "./vault.ts";

const SECRET = "hunter2-secret-of-ann";

function evidence(n: number, over: Partial<Evidence> = {}): Evidence {
  return {
    requestId: `r${n}`,
    hostId: "h1",
    at: n,
    client: "192.0.2.1",
    protocol: "HTTP/2",
    method: "POST",
    rawPath: "/sign-in",
    rawQuery: "next=%2F",
    headers: [["host", "a.test"], ["x-odd", "\xe9\xff"]],
    body: Buffer.from(`user=ann&password=${SECRET}\x00\xff`, "latin1"),
    bodyLacks: "nothing",
    trailers: [],
    signs: { country: "DE" },
    ...over,
  };
}

function withTable(run: (table: EvidenceTable, db: Database) => void): void {
  const db = new Database({ path: ":memory:", synchronous: "NORMAL" });
  try {
    migrate(db);
    run(new EvidenceTable(db, makeVault(new Uint8Array(32).fill(7))), db);
  } finally {
    db.close();
  }
}

Deno.test("a request comes back byte for byte, and lies sealed in the file", () => {
  withTable((table, db) => {
    const { body, ...head } = evidence(1);
    table.put([evidence(1)], 1_000_000);
    const found = table.get("r1")!;
    assert.deepEqual({ ...found, body: null }, { ...head, body: null });
    assert.deepEqual([...found.body], [...body]);
    assert.equal(table.get("r2"), null);
    const { sealed } = db.get<{ sealed: Uint8Array }>("SELECT sealed FROM evidence")!;
    for (const plain of [SECRET, "sign-in", "192.0.2.1", "a.test"]) {
      assert.equal(Buffer.from(sealed).includes(plain), false, plain);
    }
    // Sealed for its own id: moved to another row it does not open.
    db.run("UPDATE evidence SET request_id = 'r9'");
    assert.throws(() => table.get("r9"), /cannot be opened/);
  });
});

Deno.test("above its room the oldest of the host that has most leave; another host keeps its own", () => {
  withTable((table) => {
    const body = new Uint8Array(10_000);
    table.put([evidence(0, { requestId: "old", hostId: "h2" })], 1_000_000);
    for (let n = 1; n <= 60; n++) table.put([evidence(n, { body })], 300_000);
    const sum = table.sums().reduce((bytes, each) => bytes + each.bytes, 0);
    assert.ok(sum <= 300_000, `${sum} bytes`);
    assert.notEqual(table.get("old"), null);
    assert.equal(table.get("r1"), null);
    assert.notEqual(table.get("r60"), null);
  });
});

Deno.test("[SECURITY] many small requests end at a number", () => {
  withTable((table) => {
    const small = Array.from(
      { length: 501 },
      (_, n) => evidence(n, { body: new Uint8Array(0), headers: [] }),
    );
    table.put([evidence(0, { requestId: "old", hostId: "h2" })], 1_000_000_000);
    table.put(small, 1_000_000_000, 500);
    const kept = table.sums().reduce((sum, { requests }) => sum + requests, 0);
    assert.ok(kept <= 500 && kept > 450, `${kept}`);
    assert.notEqual(table.get("old"), null);
  });
});

Deno.test("what is older than its host keeps it leaves; ids tell which requests of a time are there", () => {
  withTable((table) => {
    table.put(
      [evidence(1), evidence(5), evidence(9), evidence(5, { requestId: "x", hostId: "h2" })],
      1_000_000,
    );
    assert.deepEqual([...table.ids(5, null)].sort(), ["r5", "r9", "x"]);
    assert.deepEqual([...table.ids(0, "h2")], ["x"]);
    assert.equal(table.deleteBefore("h1", 9), 2);
    assert.deepEqual([...table.ids(0, null)].sort(), ["r9", "x"]);
  });
});
