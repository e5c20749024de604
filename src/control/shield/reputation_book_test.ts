import assert from "node:assert/strict";
import { openStore, type Store } from "../../store/store.ts";
import { openVault } from "../../store/vault.ts";
import { type Cidr, formatCidr, parseAddress } from "../../lib/ip.ts";
import { createReputationTable, ReputationTable } from "../../shield/reputation.ts";
import { ReputationBook } from "./reputation_book.ts";

const HOUR_MS = 3_600_000;
const BAD = parseAddress("192.0.2.1")!;
const GOOD = parseAddress("2001:db8::7")!;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** One life of a process over a database that outlives it. `at`: the wall clock when it begins. */
function life(store: Store, at: number, exempt: readonly string[] = []) {
  const time = { passedMs: 0 };
  const clock = { now: () => at + time.passedMs, monotonic: () => time.passedMs };
  const isExempt = (client: Cidr) => exempt.includes(formatCidr(client));
  const table = new ReputationTable(createReputationTable(64), () => 1_000_000_000 + time.passedMs);
  const book = new ReputationBook({ table, store, clock, logger: SILENT, exemption: () => isExempt });
  book.recall();
  return { table, book, time };
}

function memory(): Store {
  const vault = openVault({ dataDir: "/nonexistent", envKey: "00".repeat(32) });
  return openStore({ path: ":memory:", vault });
}

Deno.test("reputations outlive the process with their reasons, and decay while nothing runs", () => {
  const store = memory();
  const begin = Date.UTC(2026, 0, 1);
  const first = life(store, begin);
  first.table.add(BAD, -4, "waf");
  first.table.add(BAD, -4, "waf");
  first.table.add(GOOD, 3, "challenge_passed");
  first.book.close();

  const second = life(store, begin + 12 * HOUR_MS);
  const { score, reasons, sinceMs } = second.table.read(BAD)!;
  assert.equal(Math.round(score * 100) / 100, -3);
  assert.deepEqual(reasons, { waf: 2 });
  assert.equal(sinceMs, 12 * HOUR_MS);
  assert.equal(second.table.of(GOOD), 0, "3 points are gone after 7.2 hours");
  second.table.add(BAD, -1, "bot");
  second.book.close();
  const third = life(store, begin + 12 * HOUR_MS).table.read(BAD)!;
  assert.equal(Math.round(third.score * 100) / 100, -4);
  assert.deepEqual(third.reasons, { waf: 2, bot: 1 });
  assert.equal(life(store, begin + 48 * HOUR_MS).table.read(BAD), null);
  store.close();
});

Deno.test("what comes back to 0 or is forgotten by a person leaves the database too", () => {
  const store = memory();
  const begin = Date.UTC(2026, 0, 1);
  const { table, book, time } = life(store, begin);
  table.add(BAD, -2, "bot");
  table.add(GOOD, 5, "signed_in");
  book.write();
  assert.equal(store.reputations.list(begin, 9).length, 2);
  time.passedMs += 10_000;
  table.add(BAD, 2, "challenge_passed");
  store.reputations.delete("2001:db8::/64");
  table.reset(GOOD);
  book.close();
  assert.deepEqual(store.reputations.list(begin, 9), []);
  store.close();
});

Deno.test("no write takes more clients than it may; the others wait for the next", () => {
  const store = memory();
  const { table, book } = life(store, Date.UTC(2026, 0, 1));
  for (let i = 1; i <= 30; i++) table.add(parseAddress(`192.0.2.${i}`)!, -1, "bot");
  book.write(10);
  assert.equal(store.reputations.list(0, 99).length, 10);
  book.close();
  assert.equal(store.reputations.list(0, 99).length, 30);
  store.close();
});

Deno.test("of whom nothing is held against nothing is stored, and what was stored before leaves", () => {
  const store = memory();
  const begin = Date.UTC(2026, 0, 1);
  const first = life(store, begin, ["192.0.2.1"]);
  first.table.add(BAD, -4, "waf");
  first.table.add(GOOD, -4, "waf");
  first.book.close();
  assert.deepEqual(store.reputations.list(begin, 9).map(({ network }) => network), ["2001:db8::/64"]);
  const second = life(store, begin, ["2001:db8::/64"]);
  assert.equal(second.table.of(GOOD), 0);
  assert.deepEqual(store.reputations.list(begin, 9), []);
  second.book.close();
  store.close();
});
