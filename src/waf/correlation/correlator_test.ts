import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Correlation } from "../../core/correlation.ts";
import type { CorrelationSetup } from "../../core/correlation_setup.ts";
import { NUMBERS, packDigest, type RequestDigest, unpackDigest } from "../../core/request_digest.ts";
import { Correlator } from "./correlator.ts";
import { SnapshotRings } from "./snapshot_rings.ts";

const START = Date.UTC(2026, 0, 1);

const CORRELATION: Correlation = {
  windowSeconds: 60,
  threshold: 3,
  groupBy: "source_64",
  triggerRules: [["sqli"]],
  sequenceMode: "any",
  uniqueFields: [],
  predicates: null,
};

let made = 0;

function digest(second: number, more: Partial<RequestDigest> = {}): RequestDigest {
  return {
    id: `r${++made}`,
    at: START + second * 1_000,
    hostId: "shop",
    client: "192.0.2.1",
    method: "GET",
    path: "/",
    query: "",
    userAgent: "",
    status: 200,
    size: 10,
    contentType: "text/html",
    latencyMs: 2,
    requestBytes: 0,
    marked: false,
    isGoodBot: false,
    body: "",
    responseBody: "",
    fingerprint: "",
    named: "",
    found: "sqli-1\tsqli\n",
    ...more,
  };
}

function setup(change: Partial<Correlation> = {}, action: "block" | "log" = "block"): CorrelationSetup {
  return {
    rules: [{ id: "c1", name: "A rule", severity: "high", correlation: { ...CORRELATION, ...change } }],
    hosts: [{ id: "shop", rules: [{ index: 0, action }] }, { id: "blog", rules: [{ index: 0, action }] }],
    hashKey: "00",
    blockSeconds: 600,
  };
}

function correlator(given: CorrelationSetup, rings?: SnapshotRings): Correlator {
  const one = new Correlator({ newId: () => "event", ...(rings === undefined ? {} : { rings }) });
  one.setUp(given);
  return one;
}

function countEvents(one: Correlator, digests: readonly RequestDigest[]): number {
  return digests.reduce((sum, each) => sum + one.receive(each).length, 0);
}

Deno.test("an event holds what made it and what the client did between, without secrets and bodies", () => {
  const one = correlator(setup());
  one.receive(digest(1, { query: "password=hunter2&id=7" }));
  one.receive(digest(2, { path: "/between", found: "" }));
  one.receive(digest(3, { body: "secret=1", requestBytes: 8 }));
  const [event] = one.receive(digest(4));
  assert.equal(event!.action, "blocked");
  assert.equal(event!.blockedUntil, START + 604_000);
  assert.deepEqual(event!.clients, ["192.0.2.1"]);
  assert.deepEqual(event!.snapshots.map(({ counted }) => counted), [true, false, true, true]);
  assert.equal(event!.snapshots[0]!.target, "/?password=***&id=7");
  assert.match(event!.snapshots[2]!.bodyHash, /^[0-9a-f]{16}$/);
  assert.equal(event!.snapshots[2]!.bodyBytes, 8);
  assert.doesNotMatch(JSON.stringify(event), /hunter2|secret=1/);
});

Deno.test("hosts and clients are counted apart, the addresses of one /64 together", () => {
  const one = correlator(setup());
  for (const client of ["192.0.2.1", "192.0.2.2", "192.0.2.3"]) {
    assert.equal(countEvents(one, [digest(1, { client }), digest(2, { client })]), 0);
  }
  assert.equal(countEvents(one, [digest(3, { hostId: "blog" })]), 0);
  assert.equal(countEvents(one, [1, 2, 3].map((n) => digest(3, { client: `2001:db8::${n}` }))), 1);
  assert.equal(countEvents(one, [digest(3, { hostId: "unknown" })]), 0);
});

Deno.test("a session counts over addresses, and is written down as a hash", () => {
  const one = correlator(setup({ groupBy: "session" }));
  const named = "session\tabcdef\n";
  const events = [1, 2, 3].flatMap((n) => one.receive(digest(n, { client: `192.0.2.${n}`, named })));
  assert.deepEqual(events[0]!.clients, ["192.0.2.3", "192.0.2.2", "192.0.2.1"]);
  assert.match(events[0]!.group, /^[0-9a-f]{16}$/);
  assert.equal(countEvents(one, [4, 5, 6].map((n) => digest(n))), 0, "without the cookie there is no group");
});

Deno.test("predicates read the answer, and headers where gateways collect them", () => {
  const one = correlator(setup({
    triggerRules: [],
    predicates: {
      join: "and",
      of: [
        { target: "response.status", operator: "in-list", value: ["401", "403"] },
        { target: "response.latency_ms", operator: "less-than", value: 50 },
        { target: "response.header.x-kind", operator: "equals", value: "deny" },
      ],
    },
  }));
  const good = { status: 401, named: "response.header.x-kind\tdeny\n", found: "" };
  assert.equal(countEvents(one, [1, 2, 3].map((n) => digest(n, { ...good, status: 200 }))), 0);
  assert.equal(countEvents(one, [1, 2, 3].map((n) => digest(n, { ...good, named: "" }))), 0);
  assert.equal(countEvents(one, [1, 2, 3].map((n) => digest(n, { ...good, latencyMs: 90 }))), 0);
  assert.equal(countEvents(one, [1, 2, 3].map((n) => digest(n, good))), 1);
});

Deno.test("a window of an hour remembers longer than the snapshots are kept", () => {
  const rings = new SnapshotRings();
  const one = correlator(setup({ windowSeconds: 3_600 }), rings);
  one.receive(digest(0));
  one.receive(digest(1_700));
  one.expire(START + 2_900_000);
  assert.equal(rings.clients, 0);
  const [event] = one.receive(digest(3_400));
  assert.equal(event!.counted, 3);
  assert.equal(event!.snapshots.length, 1);
});

Deno.test("a rule that only writes down says so once a window, one that blocks again after ten seconds", () => {
  const everySecond = Array.from({ length: 59 }, (_, i) => digest(i));
  assert.equal(countEvents(correlator(setup({}, "log")), everySecond), 1);
  assert.equal(countEvents(correlator(setup()), everySecond), 5);
});

Deno.test("nobody is blocked for what a white-listed client does", () => {
  const one = correlator(setup());
  const [event] = [1, 2, 3].flatMap((n) => one.receive(digest(n, { marked: true })));
  assert.equal(event!.action, "detected");
  assert.equal(event!.blockedUntil, null);
});

Deno.test("[SECURITY] a white-listed client is not blamed for whom it shares a fingerprint with", () => {
  const one = correlator(setup({ groupBy: "fingerprint" }));
  const [event] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].flatMap((client, n) =>
    one.receive(digest(n, { client, fingerprint: "t13d", marked: client === "192.0.2.2" }))
  );
  assert.equal(event!.action, "blocked");
  assert.deepEqual(event!.clients, ["192.0.2.3", "192.0.2.1"]);
  assert.deepEqual(event!.snapshots.map(({ client }) => client), ["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
});

Deno.test("[SECURITY] nobody is blocked for a fingerprint that others have who did nothing", () => {
  const harmless = { fingerprint: "t13d", found: "" };
  const attack = (one: ReturnType<typeof correlator>, at: number) =>
    ["192.0.2.1", "192.0.2.2", "192.0.2.3"].flatMap((client, n) =>
      one.receive(digest(at + n, { client, fingerprint: "t13d" }))
    );
  const shared = correlator(setup({ groupBy: "fingerprint" }));
  shared.receive(digest(0, { ...harmless, client: "198.51.100.7" }));
  const [detected] = attack(shared, 1);
  assert.deepEqual([detected!.action, detected!.blockedUntil], ["detected", null]);

  const own = correlator(setup({ groupBy: "fingerprint" }));
  own.receive(digest(0, { ...harmless, client: "192.0.2.1" }));
  own.receive(digest(0, { ...harmless, client: "198.51.100.7", fingerprint: "other" }));
  assert.equal(attack(own, 1)[0]!.action, "blocked", "those who did it may have looked around before");

  const later = correlator(setup({ groupBy: "fingerprint" }));
  later.receive(digest(0, { ...harmless, client: "198.51.100.7" }));
  later.expire(START + 3_601_000);
  assert.equal(attack(later, 3_602)[0]!.action, "blocked", "who was there an hour ago is forgotten");
});

Deno.test("a rule that is new knows the last five minutes; one that stays goes on counting", () => {
  const one = correlator(setup());
  one.receive(digest(1));
  one.receive(digest(2));
  const longer = setup();
  one.setUp({ ...longer, blockSeconds: 60 });
  const edited = { ...longer, rules: [{ ...longer.rules[0]!, name: "Edited" }] };
  one.setUp(edited);
  const [event] = one.receive(digest(3));
  assert.equal(event!.ruleName, "Edited");
  assert.equal(event!.counted, 3);
});

Deno.test("memory stays below its bound, and the client not heard of for longest leaves first", () => {
  const rings = new SnapshotRings(100_000);
  const one = correlator(setup(), rings);
  for (let i = 0; i < 2_000; i++) {
    one.receive(digest(i / 100, { client: `10.0.${i >> 8}.${i & 255}`, userAgent: "x".repeat(300) }));
    assert.ok(rings.bytes <= 100_000);
  }
  assert.equal(rings.of("shop:10.0.0.0").length, 0);
  assert.equal(rings.of("shop:10.0.7.207").length, 1);
  for (let i = 0; i < 100; i++) one.receive(digest(21));
  assert.equal(rings.of("shop:192.0.2.1").length, 64);
  one.expire(START + 400_000);
  assert.deepEqual([rings.bytes, rings.clients], [0, 0]);
});

Deno.test("[SECURITY] what is counted keeps no request alive, however long its parts are", () => {
  const unique: Partial<Correlation> = {
    threshold: 1_000,
    windowSeconds: 3_600,
    triggerRules: [],
    uniqueFields: ["path", "query"],
  };
  const rules = correlator(setup(unique), new SnapshotRings(100_000));
  const numbers = new Float64Array(NUMBERS);
  const before = heapBytes();
  for (let i = 0; i < 10_000; i++) {
    const sent = digest(i / 100, { id: `request-${i}-of-them-all`, client: `192.0.2.${i % 20 + 100}` });
    const long = {
      path: `/${i}${"p".repeat(1_000)}`,
      query: `${"q".repeat(500)}${i}`,
      body: "b".repeat(500),
    };
    const text = structuredClone(packDigest({ ...sent, ...long }, numbers, 0));
    assert.deepEqual(
      rules.receive(unpackDigest({ kind: "digests", texts: [text], numbers, lost: 0 }, 0)),
      [],
    );
  }
  const bytes = heapBytes() - before;
  assert.ok(rules.rings.clients > 0);
  assert.ok(bytes < 8_000_000, `${bytes} bytes`);
});

/** What is in use once garbage is gone. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return Deno.memoryUsage().heapUsed;
}

Deno.test("an event names the steps that were met, which may be more than the requests that met them", () => {
  const steps = { sequenceMode: "distinct", threshold: 4 } as const;
  const triggerRules = [["sqli", "sqli-extended"], ["xss"], ["traversal"], ["ldap", "nosql"], ["ssrf"]];
  const found = (...families: string[]) => families.map((family) => `${family}-1\t${family}\n`).join("");
  const one = correlator(setup({ ...steps, triggerRules }));
  one.receive(digest(1, { found: found("sqli", "sqli-extended") }));
  one.receive(digest(2, { found: found("nosql") }));
  const [event] = one.receive(digest(3, { found: found("xss", "traversal") }));
  assert.deepEqual([event!.counted, event!.steps], [3, [
    "sqli / sqli-extended",
    "xss",
    "traversal",
    "nosql",
  ]]);
  const noSteps = correlator(setup({ triggerRules: [] }));
  const [plain] = [1, 2, 3].flatMap((n) => noSteps.receive(digest(n)));
  assert.deepEqual(plain!.steps, []);
  const late = correlator(setup({ ...steps, windowSeconds: 3_600, threshold: 2, triggerRules }));
  late.receive(digest(0, { found: found("nosql") }));
  const [forgotten] = late.receive(digest(1_800, { found: found("xss") }));
  assert.deepEqual(
    forgotten!.steps,
    ["xss", "ldap"],
    "what was found left the memory: the step's first name",
  );
});
