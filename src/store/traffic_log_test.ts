import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { sampleTraffic } from "../../tests/support/sample_traffic.ts";
import type { RequestRecord } from "../core/record.ts";
import { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { TrafficLog } from "./traffic_log.ts";
import { firstKeyAt } from "./traffic_key.ts";
import { type PageBudget, planKeys } from "./traffic_plan.ts";
import { TrafficWriter } from "./traffic_writer.ts";
import type { TrafficCriteria, TrafficFilter, TrafficRow } from "./traffic_types.ts";

const TO = 1_760_000_000_000;
const ROWS = 3_000;
const SAMPLE = sampleTraffic({ from: TO - 2 * 3_600_000, to: TO, rows: ROWS });
const RECORDS = Array.from({ length: ROWS }, (_, i) => SAMPLE.record(i));
/** So small that every way of finding rows, and every budget, is met within three thousand rows. */
const SMALL: PageBudget = { scanRows: 700, textRows: 300, selectiveRows: 100 };

function filled(): Database {
  const db = new Database({ path: ":memory:", synchronous: "NORMAL" });
  migrate(db);
  const writer = new TrafficWriter(db);
  db.transaction(() => RECORDS.forEach((record) => writer.insert(record)));
  return db;
}

/** What a filter means, said without SQL. */
function fits(record: RequestRecord, criteria: TrafficCriteria): boolean[] {
  const given: boolean[] = [];
  if (criteria.hostId !== undefined) given.push(record.hostId === criteria.hostId);
  if (criteria.client !== undefined) given.push(record.client === criteria.client);
  if (criteria.status !== undefined) given.push(record.status === criteria.status);
  if (criteria.statusClass !== undefined) {
    given.push(Math.trunc(record.status / 100) === criteria.statusClass);
  }
  if (criteria.action !== undefined) given.push(record.action === criteria.action);
  if (criteria.reason !== undefined) given.push(record.reason === criteria.reason);
  if (criteria.method !== undefined) given.push(record.method === criteria.method);
  if (criteria.ruleId !== undefined) {
    given.push(record.findings.some((each) => each.ruleId === criteria.ruleId));
  }
  if (criteria.text !== undefined) {
    const texts = [record.target, record.userAgent, record.host, record.detail, record.client];
    given.push(texts.some((text) => text.toLowerCase().includes(criteria.text!.toLowerCase())));
  }
  return given;
}

function expected(filter: Omit<TrafficFilter, "limit">): string[] {
  return RECORDS.filter((record) =>
    fits(record, filter).every(Boolean) && !fits(record, filter.exclude ?? {}).some(Boolean) &&
    record.at >= (filter.from ?? 0) && record.at < (filter.to ?? Infinity)
  ).map((record) => record.id).reverse();
}

function allPages(log: TrafficLog, filter: Omit<TrafficFilter, "limit">, limit: number): TrafficRow[] {
  const rows: TrafficRow[] = [];
  let before: string | undefined;
  for (let pages = 0; pages < ROWS; pages++) {
    const page = log.query({ ...filter, limit, ...(before === undefined ? {} : { before }) });
    ok(page.rows.length <= limit);
    rows.push(...page.rows);
    if (page.next === null) return rows;
    before = page.next;
  }
  throw new Error("the pages do not end");
}

Deno.test("every filter gives exactly the rows that fit, newest first, on whatever way they are found", () => {
  const db = filled();
  const filters: Record<string, Omit<TrafficFilter, "limit">> = {
    ...SAMPLE.filters,
    "everything": {},
    "last half hour, blocked": { from: TO - 1_800_000, action: "blocked" },
    "before the last hour": { to: TO - 3_600_000 },
    "text in another case": { text: "PRODUCTS/1" },
    "wildcards are plain text": { text: "100%_" },
    "a class of statuses": { statusClass: 4 },
    "a class of statuses, of one action, but one": {
      statusClass: 4,
      action: "blocked",
      exclude: { status: 429 },
    },
    "without a class": { exclude: { statusClass: 2 } },
  };
  for (const budget of [undefined, SMALL]) {
    const log = new TrafficLog(db, budget);
    for (const [name, filter] of Object.entries(filters)) {
      deepEqual(allPages(log, filter, 137).map((row) => row.id), expected(filter), name);
    }
  }
  db.close();
});

Deno.test("a page that ends at its budget says how far it looked, and the next goes on from there", () => {
  const db = filled();
  const log = new TrafficLog(db, SMALL);
  const page = log.query({ text: "no such words", limit: 50 });
  equal(page.rows.length, 0);
  equal(page.searchedTo, RECORDS[ROWS - SMALL.textRows]!.at);
  const next = log.query({ text: "no such words", limit: 50, before: page.next! });
  equal(next.searchedTo, RECORDS[ROWS - 2 * SMALL.textRows]!.at);
  db.close();
});

Deno.test("no filter makes SQLite read a whole table or sort what it found", () => {
  const db = filled();
  const range = { low: 0, high: Number.MAX_SAFE_INTEGER };
  for (const budget of [undefined, SMALL]) {
    for (const [name, filter] of Object.entries(SAMPLE.filters)) {
      const plan = planKeys(db, { ...filter, limit: 50 }, range, 51, budget);
      for (const { sql, values } of [plan, ...(plan.floor === null ? [] : [plan.floor])]) {
        const steps = db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map((row) =>
          row.detail
        );
        // `c` is the bounded window itself, which the subquery before it makes row by row.
        deepEqual(steps.filter((step) => /^SCAN (?!c$)|TEMP B-TREE/.test(step)), [], `${name}: ${sql}`);
      }
    }
  }
  db.close();
});

Deno.test("a whole request id as text gives that request", () => {
  const db = filled();
  const wanted = RECORDS[1_234]!;
  deepEqual(new TrafficLog(db).query({ text: wanted.id, limit: 10 }).rows.map((row) => row.id), [wanted.id]);
  db.close();
});

Deno.test("a row comes back as it went in, with its neighbours and its client's sums", () => {
  const db = filled();
  const log = new TrafficLog(db);
  const at = RECORDS.findIndex((record) => record.findings.length > 0);
  const wanted = RECORDS[at]!;
  const { lastAt, count, samples, findings, country, city, asn, ...rest } = log.get(wanted.id)!;
  deepEqual({ ...rest, findings: findings.map(({ requestId: _, ...finding }) => finding) }, wanted);
  deepEqual([lastAt, count, samples], [wanted.at, 1, []]);
  deepEqual([country, city, asn], [null, null, null]);
  deepEqual(log.neighbours(wanted.id), { newer: RECORDS[at + 1]!.id, older: RECORDS[at - 1]?.id ?? null });
  equal(log.neighbours(RECORDS[ROWS - 1]!.id).newer, null);
  const own = RECORDS.filter((record) => record.client === SAMPLE.busiestClient);
  deepEqual(log.client(SAMPLE.busiestClient, 0), {
    requests: own.length,
    blocked: own.filter((record) => record.action === "blocked").length,
    detected: own.filter((record) => record.action === "detected").length,
    firstSeen: own[0]!.at,
  });
  equal(log.client("192.0.2.99", 0).firstSeen, null);
  equal(log.get("no such id"), null);
  db.close();
});

Deno.test("a row names its rules once each, the heaviest first", () => {
  const db = new Database({ path: ":memory:", synchronous: "NORMAL" });
  migrate(db);
  const record = RECORDS.find(({ findings }) => findings.length > 0)!;
  const finding = record.findings[0]!;
  const findings = [["a-1", 3], ["z-9", 5], ["b-2", 4], ["z-9", 5], ["c-3", 5]] as const;
  db.transaction(() =>
    new TrafficWriter(db).insert({
      ...record,
      findings: findings.map(([ruleId, points]) => ({ ...finding, ruleId, points })),
    })
  );
  const [row] = new TrafficLog(db).query({ limit: 1 }).rows;
  deepEqual(row!.ruleIds, ["z-9", "c-3", "b-2", "a-1"]);
  db.close();
});

Deno.test("more requests than a millisecond has keys run over into the next", () => {
  const db = new Database({ path: ":memory:", synchronous: "NORMAL" });
  migrate(db);
  const writer = new TrafficWriter(db);
  const keys = db.transaction(() =>
    Array.from({ length: 1_500 }, (_, i) => writer.insert({ ...RECORDS[0]!, id: `x${i}` })!)
  );
  equal(new Set(keys).size, 1_500);
  ok(keys.every((key) => key >= firstKeyAt(RECORDS[0]!.at) && key < firstKeyAt(RECORDS[0]!.at + 3)));
  db.close();
});

Deno.test("a cursor that no page gave is refused", () => {
  const db = filled();
  for (const before of ["", "-1", "1e9", "abc", "99999999999999999"]) {
    throws(() => new TrafficLog(db).query({ limit: 1, before }), { code: "invalid_input" });
  }
  db.close();
});

Deno.test("rows are found and left out by country and network; what is not known is in none", () => {
  const db = new Database({ path: ":memory:", synchronous: "NORMAL" });
  migrate(db);
  const places = [{ country: "SE", city: "Lund", asn: 64_500 }, { country: "NO" }, {
    country: "",
    asn: 64_500,
  }, {}];
  const writer = new TrafficWriter(db);
  db.transaction(() =>
    places.forEach((place, i) => writer.insert({ ...RECORDS[i]!, id: `r${i}`, ...place }))
  );
  const log = new TrafficLog(db);
  const ids = (filter: Partial<TrafficFilter>) =>
    log.query({ limit: 10, ...filter }).rows.map(({ id }) => id).sort();
  deepEqual(ids({ country: "SE" }), ["r0"]);
  deepEqual(ids({ asn: 64_500 }), ["r0", "r2"]);
  deepEqual(ids({ country: "SE", asn: 64_501 }), []);
  deepEqual(ids({ exclude: { country: "SE" } }), ["r1", "r2", "r3"]);
  deepEqual(ids({ exclude: { asn: 64_500 } }), ["r1", "r3"]);
  deepEqual(log.query({ limit: 10 }).rows.map(({ id, country }) => `${id} ${country}`).sort(), [
    "r0 SE",
    "r1 NO",
    "r2 ",
    "r3 null",
  ]);
  const { country, city, asn } = log.get("r0")!;
  deepEqual([country, city, asn], ["SE", "Lund", 64_500]);
  db.close();
});
