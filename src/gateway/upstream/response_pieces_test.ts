import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import fc from "fast-check";
import { ManualClock } from "../../core/clock.ts";
import { DeadlineSweep } from "../../lib/deadline_sweep.ts";
import { WriteRoom } from "../../lib/write_room.ts";
import { RecordingSink, testRequest } from "../../../tests/support/upstream_exchange.ts";
import { Connection } from "./connection.ts";
import { type ConnectionSource, Http1Call } from "./http1_call.ts";
import { KnownLines } from "../listener/http1/known_lines.ts";
import { ReadRoom } from "../listener/read_room.ts";
import { Inlet } from "./inlet.ts";

/** A socket that sends nowhere and receives what the test emits. */
class FakeSocket extends EventEmitter {
  destroyed = false;
  writable = true;
  write = () => true;
  cork() {}
  uncork() {}
  pause() {}
  resume() {}
  destroy() {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit("close");
  }
}

interface Outcome {
  readonly interim: number[];
  readonly status: number;
  readonly headers: [string, string][];
  readonly text: string;
  readonly trailers: [string, string][] | null;
  readonly failed: boolean;
  /** The connection may carry another request. */
  readonly reusable: boolean;
}

/** What one call makes of bytes that arrive in these pieces, followed by the target's end. */
function receive(pieces: readonly Uint8Array[], method: string): Outcome {
  const socket = new FakeSocket();
  const inlet = new Inlet(new ReadRoom());
  const connection = new Connection(socket as unknown as Socket, inlet, new WriteRoom(), () => {});
  let reusable = false;
  const source: ConnectionSource = {
    answerLines: new KnownLines(),
    apply: (applicant) => applicant.granted(connection),
    withdraw() {},
    tunnels: () => true,
    release(released) {
      released.user = null;
      reusable = true;
    },
  };
  const sink = new RecordingSink();
  const sweep = new DeadlineSweep(new ManualClock());
  new Http1Call(testRequest("http://a.test", { method }), { own: "HEAD", shared: null }, sink, source, sweep)
    .begin();
  // As the runtime does: each read goes over the one before it.
  const { buffer, callback } = inlet.onread;
  const room = buffer as Uint8Array;
  for (const piece of pieces) {
    if (socket.destroyed) break;
    room.fill(0xff).set(piece);
    callback(piece.length, room);
  }
  room.fill(0xff);
  // Bytes on an idle connection close it: then it is not reusable after all.
  if (socket.destroyed) reusable = false;
  else socket.emit("end");
  assert.equal(sink.endings, 1, "exactly one ending");
  assert.equal(sweep.size, 0, "nothing waits any more");
  return {
    interim: sink.interim,
    status: sink.status,
    headers: [...sink.headers.entries()],
    text: sink.text,
    trailers: sink.trailers === null ? null : [...sink.trailers.entries()],
    failed: sink.failure !== null,
    reusable,
  };
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  const pieces: Uint8Array[] = [];
  for (let i = 1; i < places.length; i++) pieces.push(bytes.subarray(places[i - 1], places[i]));
  return pieces.filter((piece) => piece.length > 0);
}

const SEEDS = [
  "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-a: b\r\n\r\nhello",
  "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nx-sum: 1\r\n\r\n",
  "HTTP/1.0 200 OK\r\nserver: x\r\n\r\nuntil the end",
  "HTTP/1.1 204 No Content\r\nkeep-alive: timeout=5\r\n\r\n",
  "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
  "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\nok",
];

const seed = fc.constantFrom(...SEEDS).map((text) => new TextEncoder().encode(text));
const cuts = fc.array(fc.nat(200), { maxLength: 12 });
const method = fc.constantFrom("GET", "HEAD");

Deno.test("a response reads the same in whatever pieces it arrives", () => {
  fc.assert(
    fc.property(seed, cuts, method, (bytes, places, verb) => {
      assert.deepEqual(receive(split(bytes, places), verb), receive([bytes], verb));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("mutated responses end exactly once, and read the same in pieces", () => {
  const edit = fc.record({
    at: fc.nat(200),
    byte: fc.constantFrom(0, 9, 10, 13, 32, 44, 48, 58, 0x80, 0xff),
    insert: fc.boolean(),
  });
  fc.assert(
    fc.property(
      seed,
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      cuts,
      method,
      (bytes, edits, places, verb) => {
        const mutated = [...bytes];
        for (const { at, byte, insert } of edits) mutated.splice(at % mutated.length, insert ? 0 : 1, byte);
        const whole = Uint8Array.from(mutated);
        assert.deepEqual(receive(split(whole, places), verb), receive([whole], verb));
      },
    ),
    { numRuns: 5_000 },
  );
});
