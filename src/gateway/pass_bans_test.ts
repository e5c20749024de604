/** Bans that spare clients with a pass: at accept, for a request, and for what runs already. */
import assert from "node:assert/strict";
import type { BanOrigin } from "../core/ban_wish.ts";
import { DEFAULT_HOST_CHALLENGE } from "../core/challenge.ts";
import type { Ban } from "../core/snapshot.ts";
import { createCidrSet } from "../lib/cidr_set.ts";
import { parseAddress, parseCidr } from "../lib/ip.ts";
import { NetworkListBuilder } from "../lib/network_list.ts";
import { ask, pass } from "../../tests/support/challenge_visit.ts";
import { fakeExchange } from "../../tests/support/fake_exchange.ts";
import { type FakeGateway, fakeGateway, fakeHost, fakeSnapshot } from "../../tests/support/fake_gateway.ts";
import { AcceptFilter } from "./accept_filter.ts";
import { banOfRunning } from "./ban_of_running.ts";
import { createPassHolders, PassHolders } from "./pass_holders.ts";
import { createSharedState, openSharedState } from "./shared_state.ts";

const CLIENT = "192.0.2.1";
const WORDS = parseAddress(CLIENT)!;

function ban(origin: BanOrigin, more: Partial<Ban> = {}): Ban {
  return { id: origin, network: CLIENT, hostId: null, expiresAt: null, reason: "", origin, ...more };
}

/** `a.test`, which challenges everybody. */
function gatewayWith(bans: readonly Ban[]): FakeGateway {
  const host = fakeHost({ challenge: { ...DEFAULT_HOST_CHALLENGE, mode: "always" } });
  return fakeGateway(fakeSnapshot({ hosts: [host], hostSlots: { h1: 0 }, bans }));
}

const cookie = pass(gatewayWith([]));

/** Whether a request with a pass is refused, and would be broken off while it runs. */
function isKeptOut(gateway: FakeGateway): boolean {
  const running = fakeExchange({ headers: [["host", "a.test"], ["cookie", cookie]], peerAddress: CLIENT });
  running.client = CLIENT;
  running.hostId = "h1";
  const { bans, challenger, clock } = gateway.services;
  const ended = banOfRunning(running, gateway.snapshot, bans, challenger.book, clock) !== null;
  const refused = ask(gateway, { cookie })?.status === 403;
  assert.equal(ended, refused, "what runs ends where the next request would be refused, and else not");
  return refused;
}

Deno.test("automatic blocking and the shield keep nobody with a pass out, nor break off what runs; others do", () => {
  for (const hostId of [null, "h1"]) {
    for (const origin of ["automatic", "shield"] as const) {
      const gateway = gatewayWith([ban(origin, { hostId })]);
      assert.equal(isKeptOut(gateway), false, origin);
      assert.equal(ask(gateway)?.status, 403, "without a pass");
    }
    for (const origin of ["operator", "protocol", "anomaly"] as const) {
      assert.equal(isKeptOut(gatewayWith([ban(origin, { hostId })])), true, origin);
    }
  }
});

Deno.test("[SECURITY] a ban that spares passes hides none that does not: wider, shorter, everywhere or on a list", () => {
  const automatic = ban("automatic", { hostId: "h1" });
  const until = gatewayWith([]).clock.now() + 60_000;
  assert.ok(isKeptOut(gatewayWith([automatic, ban("operator", { hostId: "h1", network: "192.0.2.0/24" })])));
  assert.ok(isKeptOut(gatewayWith([automatic, ban("operator")])));
  assert.ok(isKeptOut(gatewayWith([ban("automatic"), ban("operator", { expiresAt: until })])));
  const gateway = gatewayWith([ban("automatic")]);
  const list = new NetworkListBuilder();
  list.add(parseCidr("192.0.2.0/24")!);
  gateway.services.bans.useLists({
    kind: "address-lists",
    set: createCidrSet([list.build()]),
    lists: [{ id: "drop", name: "Spamhaus DROP" }],
  });
  assert.ok(isKeptOut(gateway));
});

Deno.test("where a pass was got, accept lets everybody in to show theirs; who has none is still told ten times", () => {
  const gateway = gatewayWith([ban("automatic")]);
  const { services, snapshot, clock } = gateway;
  const shared = openSharedState(createSharedState({ gateways: 1, clientsPerGateway: 64 }), 0, clock);
  const filter = new AcceptFilter(shared.connections, services.bans);
  const admits = () => filter.admit(CLIENT, "https", snapshot);
  for (let i = 0; i < 10; i++) assert.ok(admits());
  assert.ok(!admits(), "nothing is known of a pass");
  assert.equal(ask(gateway, { cookie }), null);
  assert.ok(admits(), "one was shown");
  assert.ok(!filter.admit(CLIENT, "stream", snapshot), "nothing is shown there");
  const answers = Array.from({ length: 12 }, () => ask(gateway)?.status);
  assert.deepEqual(answers, [...Array(10).fill(403), 0, 0], "ten, though connections were let in before");
  clock.advance(DEFAULT_HOST_CHALLENGE.minutes * 60_000);
  for (let i = 0; i < 10; i++) admits();
  assert.ok(!admits(), "the pass is over");

  const banned = gatewayWith([ban("automatic"), ban("operator", { network: "192.0.2.0/24" })]);
  banned.services.bans.holders.note(WORDS, 60);
  const closed = new AcceptFilter(shared.connections, banned.services.bans);
  for (let i = 0; i < 10; i++) closed.admit(CLIENT, "https", banned.snapshot);
  assert.ok(!closed.admit(CLIENT, "https", banned.snapshot), "a ban that passes do not spare from");
});

Deno.test("whoever gets a pass is known to hold one until it ends; of a full table who ends first gives way, counted", () => {
  const gateway = gatewayWith([]);
  pass(gateway);
  assert.ok(gateway.services.bans.holders.has(WORDS));
  let now = 5_000_000_000_000;
  const holders = new PassHolders(createPassHolders(64), { now: () => now });
  const client = (i: number) => parseAddress(`203.0.113.${i}`)!;
  for (let i = 0; i < 200; i++) holders.note(client(i), i < 100 ? 10 : 60);
  assert.ok(holders.evicted() >= 136);
  const kept = Array.from({ length: 200 }, (_, i) => i).filter((i) => holders.has(client(i)));
  assert.ok(kept.length > 40 && kept.filter((i) => i < 100).length < 8, "those that last");
  now += 3_600_000;
  assert.ok(!kept.some((i) => holders.has(client(i))));
  for (let part = 0; part < 4; part++) holders.sweep(part, 4);
  const before = holders.evicted();
  for (let i = 0; i < 8; i++) holders.note(client(i), 1);
  assert.equal(holders.evicted(), before, "nothing is lost by those that are over");
});
