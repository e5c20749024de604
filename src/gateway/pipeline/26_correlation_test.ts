import assert from "node:assert/strict";
import { ManualClock } from "../../core/clock.ts";
import type { Correlation } from "../../core/correlation.ts";
import { HeaderList } from "../../core/header_list.ts";
import { namedValue } from "../../core/request_digest.ts";
import type { Rule } from "../../core/rule.ts";
import type { Ban } from "../../core/snapshot.ts";
import {
  fakeExchange,
  type FakeExchangeParts,
  RecordedResponse,
} from "../../../tests/support/fake_exchange.ts";
import {
  type FakeGateway,
  fakeGateway,
  fakeHost,
  fakeSnapshot,
  WORD_RULE,
} from "../../../tests/support/fake_gateway.ts";
import { runPipeline } from "./pipeline.ts";

const ENFORCING = fakeHost({
  waf: { mode: "enforce", paranoia: null, threshold: null, rules: {}, learned: "off" },
});

function correlated(change: Partial<Correlation>): Rule {
  const { match: _, ...rest } = WORD_RULE;
  const correlate: Correlation = {
    windowSeconds: 60,
    threshold: 3,
    groupBy: "source_64",
    triggerRules: [["test"]],
    sequenceMode: "any",
    uniqueFields: [],
    predicates: null,
    ...change,
  };
  return { ...rest, id: "c1", targets: [], transform: [], origin: "custom", match: { correlate } };
}

function run(gateway: FakeGateway, parts: FakeExchangeParts = {}): RecordedResponse {
  const response = new RecordedResponse();
  runPipeline(fakeExchange({ ...parts, response }), gateway.services);
  return response;
}

/** The target answers what came last. */
function answer(
  gateway: FakeGateway,
  headers: readonly (readonly [string, string])[],
  pieces: readonly string[],
) {
  const { sink } = gateway.sent.at(-1)!;
  sink.head(401, HeaderList.from(headers), null);
  for (const piece of pieces) sink.data(new TextEncoder().encode(piece));
  sink.end(null);
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

const BAN: Ban = {
  id: "b1",
  network: "192.0.2.1",
  hostId: "h1",
  expiresAt: null,
  reason: "A rule (event 01)",
  origin: "correlation",
};

Deno.test("whom the analyst wants out is refused as that, on this host alone", () => {
  const hosts = [ENFORCING, fakeHost({ id: "h2", domains: ["b.test"] })];
  const gateway = fakeGateway(fakeSnapshot({ hosts, bans: [BAN] }));
  assert.equal(run(gateway).status, 403);
  const [record] = gateway.records;
  assert.deepEqual([record!.reason, record!.detail, record!.action], ["correlation", BAN.reason, "blocked"]);
  run(gateway, { authority: "b.test" });
  run(gateway, { peerAddress: "192.0.2.2" });
  assert.equal(gateway.sent.length, 2);
});

Deno.test("a white-listed client is let through, and the log says what was decided; an end is an end", () => {
  const spared = fakeGateway(fakeSnapshot({ bans: [BAN] }, { whitelist_cidrs: ["192.0.2.0/24"] }));
  run(spared);
  answer(spared, [], ["ok"]);
  assert.deepEqual([spared.records[0]!.action, spared.records[0]!.reason], ["detected", "correlation"]);
  const clock = new ManualClock();
  const bans = [{ ...BAN, expiresAt: clock.now() + 1_000 }];
  const timed = fakeGateway(fakeSnapshot({ bans }), clock);
  assert.equal(run(timed).status, 403);
  timed.clock.advance(1_000);
  run(timed);
  assert.equal(timed.sent.length, 1);
});

Deno.test("the analyst is told what the rules of the host ask for, and no more", async () => {
  const rule = correlated({
    groupBy: "session",
    uniqueFields: ["body"],
    predicates: {
      join: "and",
      of: [
        { target: "response.header.x-kind", operator: "equals", value: "deny" },
        { target: "response.body", operator: "contains", value: "wrong" },
      ],
    },
  });
  const gateway = fakeGateway(fakeSnapshot({ hosts: [ENFORCING], rules: [WORD_RULE, rule] }));
  run(gateway, {
    method: "POST",
    rawPath: "/login",
    headers: [["host", "a.test"], ["cookie", "a=1; PHPSESSID=abc; b=2"], ["x-other", "1"]],
    body: new TextEncoder().encode("user=a&pass=b"),
  });
  await settled();
  answer(gateway, [["content-type", "text/html"], ["x-kind", "deny"]], ["that was ", "wrong", "!"]);
  const [digest] = gateway.digests;
  assert.equal(digest!.hostId, "h1");
  assert.deepEqual([digest!.method, digest!.path, digest!.status, digest!.size], ["POST", "/login", 401, 15]);
  assert.equal(digest!.body, "user=a&pass=b");
  assert.equal(digest!.responseBody, "that was wrong!");
  assert.equal(namedValue(digest!, "session"), "abc");
  assert.equal(namedValue(digest!, "response.header.x-kind"), "deny");
  assert.equal(digest!.named.split("\n").length, 3);
});

Deno.test("bodies are kept to their first 512 bytes, and none of what came compressed", async () => {
  const rule = correlated({
    uniqueFields: ["body"],
    predicates: { join: "and", of: [{ target: "response.body", operator: "exists" }] },
  });
  const gateway = fakeGateway(fakeSnapshot({ hosts: [ENFORCING], rules: [rule] }));
  for (const encoding of [[], [["content-encoding", "gzip"]]] as [string, string][][]) {
    run(gateway, { method: "POST", body: new TextEncoder().encode("x".repeat(5_000)) });
    await settled();
    answer(gateway, encoding, ["y".repeat(300), "z".repeat(300)]);
  }
  assert.deepEqual(gateway.digests.map(({ body, requestBytes }) => [body.length, requestBytes]), [
    [512, 5_000],
    [512, 5_000],
  ]);
  assert.deepEqual(gateway.digests.map(({ responseBody }) => responseBody.length), [512, 0]);
});

Deno.test("what rules found goes with it, also where the request was refused; a decided client is no news", async () => {
  const rule = correlated({});
  const gateway = fakeGateway(fakeSnapshot({ hosts: [ENFORCING], rules: [WORD_RULE, rule] }));
  run(gateway, { rawQuery: "q=evil" });
  await settled();
  assert.equal(gateway.digests[0]!.found, "test-001\ttest\n");
  assert.equal(gateway.digests[0]!.status, 403);
  const decided = fakeGateway(fakeSnapshot({ hosts: [ENFORCING], rules: [rule], bans: [BAN] }));
  run(decided);
  assert.deepEqual(decided.digests, []);
});

Deno.test("where no rule counts and behaviour is not scored nothing is told", () => {
  const off = { waf: true, geoip: true, challenge: true, anomaly: false, stats: true };
  const silent = fakeGateway(fakeSnapshot({}, { toggles: off }));
  run(silent);
  answer(silent, [], ["ok"]);
  assert.deepEqual(silent.digests, []);
  const scored = fakeGateway(fakeSnapshot({ rules: [correlated({ uniqueFields: ["body"] })] }));
  run(scored);
  answer(scored, [["content-type", "text/html"]], ["ok"]);
  // The host's mode is off: its rules do not count.
  assert.deepEqual([scored.digests[0]!.hostId, scored.digests[0]!.contentType], ["", "text/html"]);
});
