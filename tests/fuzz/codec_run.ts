import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { ManualClock } from "../../src/core/clock.ts";
import type { Exchange } from "../../src/core/exchange.ts";
import type { Refusal } from "../../src/core/listener.ts";
import { DEFAULT_SERVER_SETTINGS } from "../../src/core/snapshot.ts";
import { Http1Connection } from "../../src/gateway/listener/http1/connection.ts";
import { HttpDate } from "../../src/lib/http_date.ts";
import { WriteRoom } from "../../src/lib/write_room.ts";
import { UlidGenerator } from "../../src/lib/ulid.ts";
import { fields } from "../support/raw_listener.ts";

/** Everything that one input made the codec do. Two runs of the same bytes are to be equal. */
export interface Transcript {
  /** `METHOD target body` of what was served whole, as `readings.ts` writes it. */
  readonly served: string[];
  /** Each exchange with its head, its body as far as it came and how the body ended; each refusal. */
  readonly events: string[];
  /** What was sent, without interim answers and with ids blanked. */
  readonly output: string;
  readonly ending: "open" | "end" | "destroyed" | "reset";
}

/** The side of a socket that the codec sees: takes everything at once and remembers it. */
class MemorySocket {
  readonly written: string[] = [];
  paused = false;
  destroyed = false;
  writableEnded = false;
  wasReset = false;
  readonly writableNeedDrain = false;
  readonly writableLength = 0;

  write(data: string | Uint8Array): boolean {
    assert.ok(!this.writableEnded, "write after end");
    this.written.push(typeof data === "string" ? data : Buffer.from(data).toString("latin1"));
    return true;
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  end(): void {
    this.writableEnded = true;
  }
  destroy(): void {
    this.destroyed = true;
  }
  destroySoon(): void {
    this.writableEnded = true;
    this.destroyed = true;
  }
  reset(): void {
    this.destroyed = true;
    this.wasReset = true;
  }
}

/**
 * Feeds `pieces`, then FIN, to one connection. Bodies are read (some with pauses), some are left alone, by the path's
 * length; the answer comes at the body's end, or at once.
 */
export function runCodec(pieces: readonly Buffer[]): Transcript {
  const socket = new MemorySocket();
  const clock = new ManualClock();
  const served: string[] = [];
  const events: string[] = [];
  const resumes: (() => void)[] = [];
  const connection = new Http1Connection({
    socket: socket as unknown as Socket,
    reset: () => socket.reset(),
    info: { listener: "http", peerAddress: "192.0.2.1", peerPort: 1, localPort: 80, tls: null },
    handler: {
      connected: () => true,
      disconnected: () => undefined,
      exchange: (exchange) => serve(exchange, served, events, resumes),
      refused: (refusal) => void events.push(refusalText(refusal)),
    },
    state: { settings: DEFAULT_SERVER_SETTINGS, nowMs: 0, draining: false },
    clock,
    ids: new UlidGenerator(),
    date: new HttpDate(),
    room: new WriteRoom(),
  });
  const queue = [...pieces];
  while (!socket.destroyed) {
    if (socket.paused) {
      const resume = resumes.shift();
      // A paused socket that nobody resumes would hang for ever.
      assert.ok(resume !== undefined, "paused with nothing to wait for");
      resume();
      continue;
    }
    const piece = queue.shift();
    if (piece === undefined) break;
    connection.receive(piece);
  }
  for (let resume = resumes.shift(); resume !== undefined; resume = resumes.shift()) resume();
  if (!socket.destroyed) connection.receiveEnd();
  for (let resume = resumes.shift(); resume !== undefined; resume = resumes.shift()) resume();
  const ending = socket.wasReset
    ? "reset"
    : socket.destroyed
    ? "destroyed"
    : socket.writableEnded
    ? "end"
    : "open";
  connection.closed("over");
  return { served, events, output: comparable(socket.written.join("")), ending };
}

function serve(exchange: Exchange, served: string[], events: string[], resumes: (() => void)[]): void {
  const { body, request, response } = exchange;
  const query = request.rawQuery === null ? "" : `?${request.rawQuery}`;
  const head = `${request.method} ${request.rawPath}${query}`;
  const fieldsText = JSON.stringify([...request.headers.entries()]);
  const index = events.push("") - 1;
  const tell = (ending: string) =>
    void (events[index] =
      `${exchange.protocol} ${head} ${request.authority} ${request.upgrade} ${fieldsText} ${ending}`);
  const parts: string[] = [];
  const mode = request.rawPath.length % 4;
  tell("unread");
  if (mode === 2) {
    served.push(`${head} ?`);
    return response.send(200, fields(["x-mode", "unread"]), Buffer.from("early"));
  }
  body.start({
    data: (chunk) => {
      parts.push(Buffer.from(chunk).toString("latin1"));
      if (mode !== 3) return;
      body.pause();
      resumes.push(() => body.resume());
    },
    end: (trailers) => {
      const text = parts.join("");
      const trailerText = trailers === null ? "" : JSON.stringify([...trailers.entries()]);
      tell(`end ${JSON.stringify(text)} ${trailerText}`);
      served.push(`${head} ${text}`);
      response.head(200, fields(), mode === 1 ? null : 4);
      response.write(Buffer.from("done"));
      response.end(trailers);
    },
    fail: (failure) => {
      // How much came before the failure depends on the cuts only where the client left.
      tell(
        `${failure.kind} ${
          failure.kind === "malformed" ? JSON.stringify(parts.join("")) : ""
        } ${failure.detail}`,
      );
      if (failure.kind === "malformed") response.send(400, fields(), null);
      else response.abort(failure.detail);
    },
  });
}

function refusalText(refusal: Refusal): string {
  return `refused ${refusal.reason} ${refusal.detail} ${refusal.method} ${refusal.target} ${refusal.host}`;
}

/** Without what may differ: ids, and `100 Continue`, which is not sent where the body came with the head. */
function comparable(output: string): string {
  return output.replaceAll("HTTP/1.1 100 Continue\r\n\r\n", "").replace(/[0-9A-HJKMNP-TV-Z]{26}/g, "ID");
}
