import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { ManualClock } from "../../src/core/clock.ts";
import type { Exchange } from "../../src/core/exchange.ts";
import { DEFAULT_SERVER_SETTINGS } from "../../src/core/snapshot.ts";
import { Http2Connection } from "../../src/gateway/listener/http2/connection.ts";
import { FrameType } from "../../src/gateway/listener/http2/frame.ts";
import { HttpDate } from "../../src/lib/http_date.ts";
import { UlidGenerator } from "../../src/lib/ulid.ts";
import { WriteRoom } from "../../src/lib/write_room.ts";
import { fields } from "../support/raw_listener.ts";

/** What one input made the codec do. */
export interface Http2Transcript {
  /** Each exchange with its head and body, and how it ended; each refusal. */
  readonly events: string[];
  /** Type, stream and length of the frames that were sent, but for WINDOW_UPDATE, which depends on the pieces. */
  readonly frames: string[];
  readonly exchanges: number;
  readonly ended: boolean;
}

/** The side of a socket that the codec sees: takes everything at once and remembers it. */
class MemorySocket {
  readonly written: Buffer[] = [];
  ended = false;
  readonly destroyed = false;
  readonly writableNeedDrain = false;
  readonly writableLength = 0;

  write(data: Uint8Array): boolean {
    assert.ok(!this.ended, "write after end");
    this.written.push(Buffer.from(data));
    return true;
  }
  pause(): void {}
  resume(): void {}
  end(): void {
    this.ended = true;
  }
  destroy(): void {
    this.ended = true;
  }
  destroySoon(): void {
    this.ended = true;
  }
}

/**
 * Feeds `pieces` to one connection, then its end. Bodies are read, some are left alone, by the path's
 * length. Every frame that is sent is looked at: a whole one, and none of a stream that never was.
 */
export function runHttp2(pieces: readonly Buffer[]): Http2Transcript {
  const socket = new MemorySocket();
  const clock = new ManualClock();
  const events: string[] = [];
  const done: number[] = [];
  const exchanges: Exchange[] = [];
  const connection = new Http2Connection({
    socket: socket as unknown as Socket,
    reset: () => socket.end(),
    info: { listener: "http", peerAddress: "192.0.2.1", peerPort: 1, localPort: 80, tls: null },
    handler: {
      connected: () => true,
      disconnected: () => undefined,
      exchange: (exchange) => {
        const at = exchanges.push(exchange) - 1;
        done.push(0);
        exchange.response.onDone = () => void done[at]!++;
        serve(exchange, events);
      },
      refused: ({ reason, detail, method, target }) =>
        void events.push(`refused ${reason} ${detail} ${method} ${target}`),
    },
    state: { settings: DEFAULT_SERVER_SETTINGS, nowMs: 0, draining: false },
    clock,
    ids: new UlidGenerator(),
    date: new HttpDate(),
    room: new WriteRoom(),
  });
  for (const piece of pieces) if (!socket.ended) connection.receive(piece);
  const ended = socket.ended;
  connection.closed("over");
  assert.ok(done.every((each) => each === 1), "every exchange is done once");
  return { events, frames: framesOf(Buffer.concat(socket.written)), exchanges: exchanges.length, ended };
}

function serve(exchange: Exchange, events: string[]): void {
  const { body, request, response } = exchange;
  const head = `${request.method} ${request.rawPath} ${request.authority} ${request.upgrade}`;
  for (const [name, value] of request.headers.entries()) {
    assert.ok(!/[\0\r\n]/.test(name + value) && name === name.toLowerCase(), "a field that splits");
  }
  const index = events.push(`${head} unread`) - 1;
  if (request.upgrade !== null) {
    const tunnel = response.tunnel(fields());
    tunnel.incoming.start({
      data: (chunk) => void tunnel.write(chunk),
      end: () => tunnel.end(),
      fail: () => tunnel.destroy(),
    });
    return;
  }
  if (request.rawPath.length % 4 === 2) return response.send(200, fields(), Buffer.from("early"));
  let text = "";
  body.start({
    data: (chunk) => {
      text += Buffer.from(chunk).toString("latin1");
      if (request.rawPath.length % 4 !== 3) return;
      body.pause();
      body.resume();
    },
    end: (trailers) => {
      assert.ok(
        body.length === null || body.length === text.length,
        "a body of another length than declared",
      );
      events[index] = `${head} end ${text} ${trailers === null ? "" : [...trailers.entries()].join()}`;
      response.head(200, fields(), null);
      response.write(Buffer.from("done"));
      response.end(trailers);
    },
    fail: (failure) => {
      events[index] = `${head} ${failure.kind}`;
      if (failure.kind === "malformed") response.send(400, fields(), null);
      else response.abort(failure.detail);
    },
  });
}

function framesOf(bytes: Buffer): string[] {
  const frames: string[] = [];
  let at = 0;
  for (; at + 9 <= bytes.length;) {
    const length = bytes.readUIntBE(at, 3);
    const type = bytes[at + 3]!;
    assert.ok(length <= 16_384, "a frame that is too long");
    assert.ok(type !== FrameType.pushPromise && type <= FrameType.continuation, `a frame of type ${type}`);
    if (type !== FrameType.windowUpdate) frames.push(`${type} ${bytes.readUInt32BE(at + 5)} ${length}`);
    at += 9 + length;
  }
  assert.equal(at, bytes.length, "whole frames");
  return frames;
}
