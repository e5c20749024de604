import assert from "node:assert/strict";
import { ManualClock } from "../core/clock.ts";
import type { CorrelationSetup } from "../core/correlation_setup.ts";
import type { ReputationReason } from "../core/reputation_reason.ts";
import { type DigestBatch, NUMBERS, packDigest, type RequestDigest } from "../core/request_digest.ts";
import { formatAddress } from "../lib/ip.ts";
import { REPUTATION_POINTS } from "../shield/reputation_points.ts";
import { Analyst } from "./analyst.ts";

function digest(at: number, more: Partial<RequestDigest> = {}): RequestDigest {
  return {
    id: `r${at}`,
    at,
    hostId: "shop",
    client: "192.0.2.1",
    method: "GET",
    path: "/",
    query: "",
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    status: 200,
    size: 1,
    contentType: "text/html",
    latencyMs: 1,
    requestBytes: 0,
    marked: false,
    isGoodBot: false,
    body: "",
    responseBody: "",
    fingerprint: "",
    named: "",
    found: "",
    ...more,
  };
}

function batchOf(digests: readonly RequestDigest[], lost = 0): DigestBatch {
  const numbers = new Float64Array(digests.length * NUMBERS);
  const texts = digests.map((each, i) => packDigest(each, numbers, i * NUMBERS));
  return { kind: "digests", texts, numbers, lost };
}

const SETUP: CorrelationSetup = {
  rules: [{
    id: "c1",
    name: "Three attacks",
    severity: "high",
    correlation: {
      windowSeconds: 60,
      threshold: 3,
      groupBy: "source_64",
      triggerRules: [["sqli"]],
      sequenceMode: "any",
      uniqueFields: [],
      predicates: null,
    },
  }],
  hosts: [{ id: "shop", rules: [{ index: 0, action: "block" }] }],
  hashKey: "00",
  blockSeconds: 900,
};

function analystWith(scoresBehaviour: boolean) {
  const clock = new ManualClock();
  const scores = new Map<string, number>();
  const reasons: ReputationReason[] = [];
  const analyst = new Analyst(clock, {
    of: (words) => scores.get(formatAddress(words)) ?? 0,
    add(words, points, reason) {
      const client = formatAddress(words);
      scores.set(client, (scores.get(client) ?? 0) + points);
      reasons.push(reason);
    },
  });
  analyst.setUp(SETUP, scoresBehaviour);
  /** A minute in which the client goes through the site like a program. */
  const crawl = (more: Partial<RequestDigest> = {}) => {
    const start = clock.now();
    const pages = Array.from(
      { length: 60 },
      (_, i) => digest(start + i * 1_000, { path: `/page/${i}`, ...more }),
    );
    analyst.receive(batchOf(pages));
    clock.advance(60_000);
    analyst.tick();
  };
  return { analyst, clock, scores, reasons, crawl };
}

Deno.test("a rule that is met gives an event, a wish for each client, and speaks against it", () => {
  const { analyst, clock, scores, reasons } = analystWith(false);
  const found = "sqli-1\tsqli\n";
  const { events, wishes } = analyst.receive(
    batchOf([1, 2, 3].map((n) => digest(clock.now() + n, { found })), 7),
  );
  assert.equal(events.length, 1);
  assert.deepEqual(wishes, [{
    client: "192.0.2.1",
    hostId: "shop",
    seconds: 900,
    reason: `Three attacks (event ${events[0]!.id})`,
    origin: "correlation",
  }]);
  assert.equal(scores.get("192.0.2.1"), REPUTATION_POINTS.correlation);
  assert.deepEqual(reasons, ["correlation"]);
  const { requests, lost, events: counted } = analyst.health();
  assert.deepEqual([requests, lost, counted], [3, 7, 1]);
});

Deno.test("more events than can be written down still block, and are counted", () => {
  const { analyst, clock } = analystWith(false);
  const attacks = Array.from(
    { length: 900 },
    (_, i) =>
      digest(clock.now() + i, { client: `10.0.${i % 300 >> 8}.${i % 300 & 255}`, found: "sqli-1\tsqli\n" }),
  );
  const { events, wishes } = analyst.receive(batchOf(attacks));
  assert.equal(wishes.length, 300);
  assert.equal(events.length, 200);
  assert.equal(analyst.health().unwritten, 100);
});

Deno.test("[SECURITY] who only says to be a search engine's crawler is judged as anybody", () => {
  const { scores, crawl } = analystWith(true);
  crawl({ userAgent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" });
  assert.equal(scores.get("192.0.2.1"), -1);
});

Deno.test("behaviour moves a reputation by a point a minute, and never below half of the scale", () => {
  const { scores, crawl } = analystWith(true);
  crawl();
  assert.equal(scores.get("192.0.2.1"), -1);
  for (let i = 0; i < 20; i++) crawl();
  assert.equal(scores.get("192.0.2.1"), -5);
});

Deno.test("crawlers of search engines, white-listed clients and everybody while it is off keep their reputation", () => {
  const { analyst, scores, crawl } = analystWith(true);
  crawl({ isGoodBot: true });
  crawl({ marked: true });
  analyst.setUp(SETUP, false);
  crawl();
  assert.equal(scores.size, 0);
});
