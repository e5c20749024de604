import assert from "node:assert/strict";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import type { Ban } from "../../core/snapshot.ts";
import { createCidrSet } from "../../lib/cidr_set.ts";
import { parseCidr } from "../../lib/ip.ts";
import { NetworkListBuilder } from "../../lib/network_list.ts";
import { RefusalPace } from "../refusal_pace.ts";
import type { CountedRequest } from "../shared_counters.ts";
import { createSharedAlarm, SharedAlarm } from "../shared_alarm.ts";
import { runPipeline } from "./pipeline.ts";

const CLIENT = "203.0.113.9";
const PROXY = "192.0.2.1";
/** From this many in a second on, a flood may be behind an answer. */
const OFTEN = 32;
const NOW = 1_700_000_000_000;
const NO_LISTS = { kind: "address-lists", set: null, lists: [] } as const;

function ban(over: Partial<Ban> = {}): Ban {
  return {
    id: "ban-1",
    network: CLIENT,
    hostId: null,
    expiresAt: null,
    reason: "a test",
    origin: "operator",
    ...over,
  };
}

interface Options {
  readonly bans?: readonly Ban[];
  /** Of a subscribed list. */
  readonly listed?: string;
  readonly peer?: string;
  readonly whiteList?: readonly string[];
  readonly headers?: readonly (readonly [string, string])[];
}

/** A gateway behind a proxy that has refused so many requests of the client that it may remember the last one. */
function flooded({ bans = [ban()], listed, peer = PROXY, whiteList = [], headers = [] }: Options = {}) {
  const made = fakeGateway(fakeSnapshot({
    hosts: [fakeHost({ whitelist_cidrs: whiteList })],
    bans,
    proxies: [{ network: PROXY, header: "x-forwarded-for" }],
  }));
  if (listed !== undefined) {
    const list = new NetworkListBuilder();
    list.add(parseCidr(listed)!);
    made.services.bans.useLists({
      kind: "address-lists",
      set: createCidrSet([list.build()]),
      lists: [{ id: "drop", name: "Own" }],
    });
  }
  const counted: Pick<CountedRequest, "reason" | "responseBytes">[] = [];
  const world = { isInForce: true, repeats: true };
  const alarm = new SharedAlarm(createSharedAlarm(1, 8), 1, 0, made.clock);
  const services = {
    ...made.services,
    alarm,
    isInForce: () => world.isInForce,
    log: { ...made.services.log, repeats: () => world.repeats },
    count: ({ reason, responseBytes }: CountedRequest) => void counted.push({ reason, responseBytes }),
  };
  const ask = () => {
    const exchange = fakeExchange({
      peerAddress: peer,
      response: new RecordedResponse(),
      headers: [["host", "a.test"], ["x-forwarded-for", CLIENT], ...headers],
    });
    runPipeline(exchange, services);
    return exchange;
  };
  for (let i = 1; i < OFTEN; i++) assert.equal(ask().lasting, null, "what comes seldom is worth no memory");
  const last = ask();
  const before = counted.length;
  const { lasting } = last;
  return {
    ...made,
    alarm,
    services,
    world,
    last,
    lasting,
    takes: (at = NOW) => lasting!.takes(at, 67),
    counted: () => counted.slice(before),
  };
}

Deno.test("a ban refuses what repeats a refused request while it lasts, and each is counted", () => {
  const { takes, counted, alarm, services, lasting } = flooded();
  services.bans.hits.take();
  const requests = alarm.requests(null);
  assert.ok(takes() && takes(NOW + 1));
  const each = { reason: "ban", responseBytes: 67 } as const;
  assert.deepEqual(counted(), [each, each]);
  assert.deepEqual(services.bans.hits.take(), [{ id: "ban-1", answered: 2, dropped: 0 }]);
  assert.deepEqual([alarm.requests(null) - requests, alarm.inFlight()], [2, 0]);
  assert.deepEqual([lasting!.answer.status, lasting!.partsFor("an id")], [403, ["an id"]]);
});

Deno.test("who reads gzip gets a long answer compressed this way too", () => {
  const { last, lasting } = flooded({ headers: [["accept", "text/html"], ["accept-encoding", "gzip"]] });
  assert.equal(lasting!.answer.headers.get("content-encoding"), "gzip");
  assert.equal(lasting!.partsFor(last.id).length, 2);
});

Deno.test("it lasts no longer than its ban, its list, its snapshot and its second, and then counts nothing", () => {
  const over: [string, Options, (flood: ReturnType<typeof flooded>) => void, number][] = [
    ["ban", { bans: [ban({ expiresAt: NOW + 500 })] }, ({ clock }) => clock.advance(500), NOW + 500],
    ["list", { bans: [], listed: CLIENT }, ({ services }) => services.bans.useLists(NO_LISTS), NOW],
    ["snapshot", {}, ({ world }) => void (world.isInForce = false), NOW],
    ["second", {}, () => {}, NOW + 1_000],
    ["clock set back", {}, () => {}, NOW - 1],
  ];
  for (const [name, options, end, at] of over) {
    const flood = flooded(options);
    assert.ok(flood.takes(), name);
    end(flood);
    assert.equal(flood.takes(at), false, name);
    assert.equal(flood.counted().length, 1, name);
  }
});

Deno.test("a refusal that has to wait for its beat, or that the log wants whole, becomes an exchange", () => {
  const refusalPace = new RefusalPace({ clock: { monotonic: () => 0 }, perBeat: 0 });
  const paced = flooded();
  Object.assign(paced.services, { refusalPace });
  refusalPace.look(1);
  const logged = flooded();
  logged.world.repeats = false;
  for (const { takes, counted, services } of [paced, logged]) {
    services.bans.hits.take();
    assert.equal(takes(), false);
    assert.equal(counted().length, 0);
    assert.deepEqual(services.bans.hits.take(), []);
  }
});

Deno.test("only a trusted proxy's connection remembers: of others each answer is drawn from ten, and the white-listed are let in", () => {
  const white = flooded({ whiteList: [CLIENT] });
  assert.equal(white.lasting, null);
  const own = flooded({ bans: [ban({ network: "192.0.2.2" })], peer: "192.0.2.2" });
  assert.equal(own.lasting, null);
});
