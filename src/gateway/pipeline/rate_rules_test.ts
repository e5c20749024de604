import assert from "node:assert/strict";
import { HeaderList } from "../../core/header_list.ts";
import { RATE_RULE_DEFAULTS, RATE_RULE_PRESETS, type RateRule } from "../../core/rate_rule.ts";
import { parseAddress } from "../../lib/ip.ts";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import {
  type FakeGateway,
  fakeGateway,
  fakeHost,
  fakeSnapshot,
} from "../../../tests/support/fake_gateway.ts";
import { ask as visit, gatewayWith, pass } from "../../../tests/support/challenge_visit.ts";
import { runPipeline } from "./pipeline.ts";

function make(...rules: readonly Partial<RateRule>[]): FakeGateway {
  const rate_rules = rules.map((rule, i) => ({
    ...RATE_RULE_DEFAULTS,
    name: `r${i}`,
    count: 2,
    period_seconds: 60,
    ...rule,
  }));
  return fakeGateway(fakeSnapshot({ hosts: [fakeHost({ rate_rules })] }));
}

interface Asked {
  readonly peerAddress?: string;
  readonly rawPath?: string;
  readonly method?: string;
  readonly headers?: readonly (readonly [string, string])[];
  /** What the target answers. */
  readonly status?: number;
}

/** The answer's status; one of the target where it got that far. */
function ask(gateway: FakeGateway, { status = 200, ...asked }: Asked = {}): number {
  const response = new RecordedResponse();
  const sent = gateway.sent.length;
  runPipeline(fakeExchange({ ...asked, response }), gateway.services);
  if (gateway.sent.length > sent) {
    gateway.sent.at(-1)!.sink.head(status, new HeaderList(), 0);
    gateway.sent.at(-1)!.sink.end(null);
  }
  return response.status;
}

Deno.test("so many requests pass in a period, then 429 until it is over", () => {
  const gateway = make({});
  assert.deepEqual([ask(gateway), ask(gateway), ask(gateway)], [200, 200, 429]);
  assert.equal(ask(gateway, { peerAddress: "192.0.2.2" }), 200);
  const line = gateway.records.at(-2)!;
  assert.deepEqual([line.reason, line.detail], ["rate", "rate rule r0: 2 requests in 60 s by client"]);
  gateway.clock.advance(59_000);
  assert.equal(ask(gateway), 429);
  gateway.clock.advance(1_000);
  assert.equal(ask(gateway), 200);
});

Deno.test("a refused client is told by which rule and when to come again", () => {
  const gateway = make({ name: "search", count: 1 });
  ask(gateway);
  gateway.clock.advance(20_000);
  const response = new RecordedResponse();
  runPipeline(fakeExchange({ response }), gateway.services);
  assert.equal(response.headers.get("retry-after"), "40");
  assert.equal(response.headers.get("ratelimit"), '"search";r=0;t=40');
  assert.equal(response.headers.get("ratelimit-policy"), '"search";q=1;w=60');
});

Deno.test("only failures are counted where a rule counts answers, and then even a right try waits", () => {
  const gateway = make(RATE_RULE_PRESETS["sign-in"]);
  const signIn = (status: number) => ask(gateway, { method: "POST", rawPath: "/login", status });
  for (let i = 0; i < 10; i++) assert.equal(signIn(200), 200);
  for (let i = 0; i < 5; i++) assert.equal(signIn(401), 401);
  assert.equal(signIn(200), 429);
  assert.equal(ask(gateway, { rawPath: "/login" }), 200, "looking at the page is no try");
  assert.ok(gateway.services.reputation.of(parseAddress("192.0.2.1")!) < -0.4);
  gateway.clock.advance(300_000);
  assert.equal(signIn(200), 200);
});

Deno.test("requests are counted by a header, a cookie or a path, whoever sends them", () => {
  const gateway = make({ key: "header:x-api-key", count: 1 });
  const of = (key: string, peerAddress: string) =>
    ask(gateway, { headers: [["x-api-key", key]], peerAddress });
  assert.deepEqual([of("a", "192.0.2.1"), of("a", "192.0.2.2"), of("b", "192.0.2.1")], [200, 429, 200]);
  assert.deepEqual([ask(gateway), ask(gateway), ask(gateway, { peerAddress: "192.0.2.3" })], [200, 429, 200]);
  const paths = make({ key: "path", count: 1 });
  assert.deepEqual(["/a", "/b", "/a"].map((rawPath) => ask(paths, { rawPath })), [200, 200, 429]);
});

Deno.test("conditions say which requests are meant, and rules count apart", () => {
  const when = { join: "and", of: [{ target: "path", operator: "starts-with", value: "/api/" }] } as const;
  const gateway = make({ count: 1, when }, { count: 3 });
  assert.deepEqual(["/api/a", "/x", "/api/b", "/x", "/x"].map((rawPath) => ask(gateway, { rawPath })), [
    200,
    200,
    429,
    200,
    429,
  ]);
});

Deno.test("a ban is wished once, for the host, when the count is used up", () => {
  const gateway = make({ action: "ban", ban_seconds: 120 });
  for (let i = 0; i < 6; i++) ask(gateway);
  assert.equal(gateway.banWishes.length, 1);
  const { client, hostId, seconds, origin } = gateway.banWishes[0]!;
  assert.deepEqual([client, hostId, seconds, origin], ["192.0.2.1", "h1", 120, "shield"]);
});

Deno.test("a challenge is asked instead of a refusal", () => {
  const gateway = make({ action: "challenge", count: 1 });
  ask(gateway);
  ask(gateway);
  assert.deepEqual([gateway.records.at(-1)!.reason, gateway.records.at(-1)!.action], [
    "challenge",
    "challenged",
  ]);
});

Deno.test("a pass spares nobody the rate: who has one is slowed, and not banned, whatever the host's challenge is", () => {
  for (const mode of ["managed", "off"] as const) {
    const rule = { ...RATE_RULE_DEFAULTS, name: "r", count: 2, period_seconds: 60 };
    const asking = gatewayWith({ mode }, { rate_rules: [{ ...rule, action: "challenge" }] });
    for (let i = 0; i < 2; i++) assert.equal(visit(asking), null);
    const cookie = pass(asking);
    assert.deepEqual(
      [visit(asking, { cookie })?.status, visit(asking, { cookie })?.status],
      [429, 429],
      mode,
    );

    const banning = gatewayWith({ mode }, { rate_rules: [{ ...rule, action: "ban" }] });
    for (let i = 0; i < 4; i++) visit(banning, { cookie });
    assert.deepEqual([banning.records.at(-1)!.reason, banning.banWishes], ["rate", []], mode);
  }
});

Deno.test("[SECURITY] tries that are sent at once are counted before they are answered, and settled by the answer", () => {
  const gateway = make(RATE_RULE_PRESETS["sign-in"]);
  const begin = (asked: Asked = {}) => {
    const response = new RecordedResponse();
    const sent = gateway.sent.length;
    runPipeline(fakeExchange({ method: "POST", rawPath: "/login", ...asked, response }), gateway.services);
    return { response, sink: gateway.sent.length > sent ? gateway.sent.at(-1)!.sink : null };
  };
  const burst = Array.from({ length: 50 }, () => begin());
  const reached = burst.filter(({ sink }) => sink !== null);
  assert.equal(reached.length, 5);
  const [refused] = burst.filter(({ sink }) => sink === null);
  assert.deepEqual([refused!.response.status, refused!.response.headers.get("retry-after")], [429, "1"]);
  assert.match(gateway.records.at(-1)!.detail, /more than 5 tries at once/);
  // A right password, a connection that broke, a client that left: none of these is held against anybody.
  reached[0]!.sink!.head(200, new HeaderList(), 0);
  reached[0]!.sink!.end(null);
  reached[1]!.sink!.failed({ reason: "upstream_connect", detail: "gone", sent: true });
  assert.deepEqual([begin(), begin(), begin()].map(({ sink }) => sink === null), [false, false, true]);
  for (const { sink } of reached.slice(2)) {
    sink!.head(401, new HeaderList(), 0);
    sink!.end(null);
  }
  assert.equal(begin().sink, null, "three have failed and two are on their way");
  assert.deepEqual(gateway.banWishes, []);
});

Deno.test("what a page loads at once is no guessing, however strict a rule on failures is", () => {
  const gateway = make({ count: 2, statuses: [404] });
  const asked = Array.from({ length: 40 }, () => {
    const response = new RecordedResponse();
    runPipeline(fakeExchange({ response }), gateway.services);
    return response.status;
  });
  assert.equal(gateway.sent.length, 40, String(asked));
});
