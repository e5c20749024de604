import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { DEFAULT_SERVER_SETTINGS } from "../../../core/snapshot.ts";
import { WriteRoom } from "../../../lib/write_room.ts";
import { Output } from "../output.ts";
import { BodyPace, WritePace } from "./pace.ts";

const LIMITS = DEFAULT_SERVER_SETTINGS;

Deno.test("a body at the floor is fast enough, one byte a window less is not", () => {
  for (const [perSecond, slow] of [[240, false], [239, true]] as const) {
    const pace = new BodyPace(0);
    let verdict: string | null = null;
    for (let second = 1; second <= 30; second++) {
      verdict ??= pace.check(second * 1_000, second * perSecond, true, LIMITS);
    }
    assert.equal(verdict !== null, slow, `${perSecond} bytes a second: ${verdict}`);
  }
});

Deno.test("a fast beginning does not pay for trickling", () => {
  const pace = new BodyPace(0);
  assert.equal(pace.check(10_000, 1_000_000, true, LIMITS), null);
  assert.equal(pace.check(20_000, 1_000_100, true, LIMITS), "100 body bytes in 10000 ms");
});

Deno.test("time in which nobody wanted the body does not count", () => {
  const pace = new BodyPace(0);
  for (let second = 1; second <= 300; second++) {
    assert.equal(pace.check(second * 1_000, 0, false, LIMITS), null);
  }
  assert.equal(pace.check(305_000, 0, true, LIMITS), null);
});

Deno.test("no byte at all is told before the floor where its time is shorter", () => {
  const pace = new BodyPace(0);
  const limits = { ...LIMITS, body_timeout_ms: 2_000 };
  assert.equal(pace.check(2_000, 0, true, limits), null);
  assert.equal(pace.check(2_001, 0, true, limits), "no body bytes for 2000 ms");
});

Deno.test("a client that takes nothing is told from one that takes a little", () => {
  const socket = { writableLength: 0, writableNeedDrain: false, destroyed: false, write: () => true };
  const output = new Output(socket as unknown as Socket, new WriteRoom());
  const pace = new WritePace();
  output.bytes(new Uint8Array(1_000));
  output.flush();
  socket.writableLength = 1_000;
  assert.equal(pace.check(0, output, 500), null);
  assert.equal(pace.slowReader(0), null);
  socket.writableLength = 900;
  assert.equal(pace.check(400, output, 500), null);
  assert.equal(pace.check(900, output, 500), null);
  assert.deepEqual(pace.slowReader(1_000), { forMs: 1_000, bytesPerSecond: 100 });
  assert.equal(pace.check(901, output, 500), "client has taken nothing for 500 ms");
  socket.writableLength = 0;
  assert.equal(pace.check(902, output, 500), null);
  assert.equal(pace.slowReader(2_000), null);
});
