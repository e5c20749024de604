import assert from "node:assert/strict";
import { testRecord } from "../../tests/support/test_record.ts";
import { parseAddress } from "../lib/ip.ts";
import { createSharedState, openSharedState } from "./shared_state.ts";

const SMALL = { rateBuckets: 64, gateways: 3, clientsPerGateway: 64, targetCells: 8 };

Deno.test("counters of all gateways are summed, and bytes pass 32 bits", () => {
  const buffers = createSharedState(SMALL);
  const [first, second, reader] = [0, 1, 2].map((index) => openSharedState(buffers, index));
  first!.counters.countRequest(testRecord({ responseBytes: 5_000_000_000, latencyMs: 10 }));
  first!.counters.countRequest(
    testRecord({ action: "blocked", reason: "waf", status: 403, requestBytes: 7 }),
  );
  second!.counters.countRequest(
    testRecord({ responseBytes: 5_000_000_000, status: 502, reason: "upstream_connect" }),
  );
  second!.counters.countRequest(testRecord({ status: 0, action: "blocked", reason: "ban" }));
  const totals = reader!.counters.read();
  assert.deepEqual(totals.requests, { allowed: 2, detected: 0, blocked: 2, challenged: 0 });
  assert.deepEqual(totals.reasons, { waf: 1, upstream_connect: 1, ban: 1 });
  assert.deepEqual(totals.statusClasses, [1, 0, 1, 0, 1, 1]);
  assert.equal(totals.responseBytes, 10_000_000_000);
  assert.equal(totals.requestBytes, 7);
  assert.equal(totals.latency.reduce((sum, { n }) => sum + n, 0), 3);
});

Deno.test("each gateway's heart beats for itself", () => {
  const buffers = createSharedState(SMALL);
  const [first, second] = [0, 1].map((index) => openSharedState(buffers, index).heartbeat);
  first!.beat();
  first!.beat();
  assert.deepEqual([second!.tick(0), second!.tick(1)], [2, 0]);
});

Deno.test("a client's connections are counted over all gateways, an IPv6 one by its /64", () => {
  const buffers = createSharedState(SMALL);
  const [first, second] = [0, 1].map((index) => openSharedState(buffers, index).connections);
  const client = parseAddress("192.0.2.1")!;
  assert.equal(first!.enter(client), 1);
  assert.equal(second!.enter(client), 2);
  assert.equal(second!.enter(parseAddress("::ffff:192.0.2.1")!), 3);
  assert.equal(second!.enter(parseAddress("192.0.2.2")!), 1);
  assert.equal(first!.enter(parseAddress("2001:db8::1")!), 1);
  assert.equal(second!.enter(parseAddress("2001:db8::ffff:2")!), 2);
  assert.equal(second!.enter(parseAddress("2001:db8:0:1::1")!), 1);
  assert.equal(first!.open(), 7);
  first!.leave(client);
  assert.equal(second!.held(client), 2);
});

Deno.test("what a dead gateway held is given back, and nothing else", () => {
  const buffers = createSharedState(SMALL);
  const [first, second] = [0, 1].map((index) => openSharedState(buffers, index));
  const client = parseAddress("192.0.2.1")!;
  for (let i = 0; i < 5; i++) first!.connections.enter(client);
  second!.connections.enter(client);
  first!.targets.begin(3);
  second!.targets.begin(3);
  first!.counters.countRequest(testRecord());
  second!.heartbeat.clear(0);
  assert.equal(second!.connections.held(client), 1);
  assert.equal(second!.connections.open(), 1);
  assert.equal(second!.targets.read(3).active, 1);
  assert.equal(second!.counters.read().requests.allowed, 1, "counters never go back");
  assert.equal(openSharedState(buffers, 0).connections.enter(client), 2);
});

Deno.test("target cells carry what control found to the gateways", () => {
  const buffers = createSharedState(SMALL);
  const control = openSharedState(buffers, 0).targets;
  const gateway = openSharedState(buffers, 1).targets;
  assert.equal(gateway.size, 8);
  assert.equal(gateway.isHealthy(2), true, "before the first check");
  assert.deepEqual(gateway.read(2), {
    health: "unknown",
    streak: 0,
    lastCheck: null,
    averageLatencyMs: 0,
    active: 0,
    warmth: 100,
    breaker: "closed",
  });
  const up = { isUp: true, status: 200, latencyMs: 10, at: 1_700_000_000_000 };
  control.writeCheck(2, up, "up", 1);
  control.writeCheck(2, { ...up, latencyMs: 20 }, "up", 2);
  assert.equal(gateway.read(2).averageLatencyMs, 12);
  const failed = { isUp: false, status: 503, latencyMs: 900, at: 1_700_000_010_000 };
  control.writeCheck(2, failed, "down", 3);
  assert.equal(gateway.isHealthy(2), false);
  assert.equal(gateway.isHealthy(1), true);
  assert.deepEqual(gateway.read(2), {
    health: "down",
    streak: 3,
    lastCheck: failed,
    averageLatencyMs: 12,
    active: 0,
    warmth: 100,
    breaker: "closed",
  });
  gateway.begin(2);
  control.reset(2);
  assert.equal(gateway.isHealthy(2), true);
  assert.equal(gateway.read(2).active, 1);
  gateway.end(2);
  gateway.begin(-1);
  gateway.begin(99);
  assert.equal(gateway.isHealthy(-1), true);
});

Deno.test("several threads at once lose no count", async () => {
  const gateways = 4;
  const buffers = createSharedState({ gateways, clientsPerGateway: 256, targetCells: 4 });
  const rounds = 20_000;
  const workers = Array.from(
    { length: gateways },
    () =>
      new Worker(new URL("../../tests/support/upstream_shared_worker.ts", import.meta.url), {
        type: "module",
        deno: { permissions: "none" },
      }),
  );
  const results = await Promise.all(
    workers.map((worker, index) =>
      new Promise<{ most: number }>((resolve, reject) => {
        worker.onmessage = (event) => resolve(event.data);
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage({ buffers, index, rounds });
      })
    ),
  );
  for (const worker of workers) worker.terminate();
  const { connections, counters, targets, heartbeat } = openSharedState(buffers, 0);
  // Each worker leaves one connection of the shared client open, and closes all others.
  assert.equal(connections.held(parseAddress("192.0.2.1")!), gateways);
  assert.equal(connections.open(), gateways);
  for (let i = 0; i < 100; i++) assert.equal(connections.held(parseAddress(`10.0.0.${i}`)!), 0);
  assert.equal(counters.read().requests.allowed, gateways * rounds);
  assert.equal(targets.read(1).active, 0);
  for (const { most } of results) {
    assert.ok(most <= gateways * 2, `${most} of at most ${gateways * 2} seen at once`);
  }
  for (let gateway = 0; gateway < gateways; gateway++) heartbeat.clear(gateway);
  assert.equal(connections.open(), 0);
});
