import { deepEqual, equal, throws } from "node:assert/strict";
import { type AuditEntry, AuditTable } from "./audit.ts";
import { Database } from "./database.ts";
import { migrate } from "./migrate.ts";

function opened(): { db: Database; audit: AuditTable } {
  const db = new Database({ path: ":memory:", synchronous: "NORMAL" });
  migrate(db);
  return { db, audit: new AuditTable(db) };
}

function entry(n: number): AuditEntry {
  return {
    at: 1_760_000_000_000 + n,
    actorKind: "person",
    actorId: "u1",
    actorName: "Ada",
    address: "127.0.0.1",
    operation: n % 2 === 0 ? "hosts.create" : "hosts.update",
    subject: `shop${n}.example.com`,
    before: null,
    after: { n },
  };
}

Deno.test("entries are numbered, come newest first and page by number", () => {
  const { db, audit } = opened();
  for (let n = 0; n < 5; n++) audit.append(entry(n));
  deepEqual(audit.list({ limit: 2 }).map((row) => row.seq), [5, 4]);
  deepEqual(audit.list({ limit: 9, before: 4 }).map((row) => row.seq), [3, 2, 1]);
  deepEqual(audit.list({ limit: 9, q: "HOSTS.UPDATE" }).map((row) => row.seq), [4, 2]);
  deepEqual(audit.list({ limit: 9, q: "shop3" }).map((row) => row.after), [{ n: 3 }]);
  equal(audit.list({ limit: 1 })[0]!.before, null);
  db.close();
});

Deno.test("a whole chain verifies, also beyond one batch", () => {
  const { db, audit } = opened();
  deepEqual(audit.verify(), { ok: true, entries: 0 });
  db.transaction(() => {
    for (let n = 0; n < 2_500; n++) audit.append(entry(n));
  });
  deepEqual(audit.verify(), { ok: true, entries: 2_500 });
  db.close();
});

Deno.test("no entry can be changed through SQL, and one changed past it is found", () => {
  const { db, audit } = opened();
  for (let n = 0; n < 3; n++) audit.append(entry(n));
  throws(() => db.run("UPDATE audit SET subject = 'x' WHERE seq = 2"), /./);
  deepEqual(audit.verify(), { ok: true, entries: 3 });
  db.exec("DROP TRIGGER audit_rows_stay");
  db.run("UPDATE audit SET subject = 'x' WHERE seq = 2");
  deepEqual(audit.verify(), {
    ok: false,
    entries: 1,
    seq: 2,
    text: "entry 2 was changed after it was written",
  });
  db.close();
});

Deno.test("an entry taken out of the chain is found", () => {
  const { db, audit } = opened();
  for (let n = 0; n < 3; n++) audit.append(entry(n));
  db.run("DELETE FROM audit WHERE seq = 2");
  deepEqual(audit.verify(), { ok: false, entries: 1, seq: 2, text: "entry 2 is missing" });
  db.close();
});
