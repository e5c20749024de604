import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { Flag, FrameType, PREFACE } from "../../src/gateway/listener/http2/frame.ts";
import { HpackDecoder } from "../../src/gateway/listener/http2/hpack/decoder.ts";
import { frameBytes, type H2Frame, headerBlock, type Pairs, settingsPayload } from "./h2_client.ts";
import { startRawUpstream, type TestUpstream } from "./upstream_server.ts";

/** One connection to a scripted server of HTTP/2. */
export class H2TargetConnection {
  readonly socket: Socket;
  /** Every frame that came. */
  readonly frames: H2Frame[] = [];
  readonly #decoder = new HpackDecoder({ maxTableSize: 4_096, maxListBytes: 1_000_000, maxFields: 1_000 });

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Fields of a HEADERS frame; each must be read once, in order. */
  fields(frame: H2Frame): Map<string, string> {
    const fields = new Map<string, string>();
    this.#decoder.decode(frame.payload, (name, value) => void fields.set(name, value));
    return fields;
  }

  frame(type: number, flags: number, id: number, payload: Uint8Array = Buffer.alloc(0)): void {
    this.socket.write(frameBytes(type, flags, id, payload));
  }

  settings(pairs: readonly (readonly [number, number])[] = []): void {
    this.frame(FrameType.settings, 0, 0, settingsPayload(pairs));
  }

  head(id: number, fields: Pairs, endStream = false): void {
    this.frame(
      FrameType.headers,
      Flag.endHeaders | (endStream ? Flag.endStream : 0),
      id,
      headerBlock(fields),
    );
  }

  data(id: number, content: string | Uint8Array, endStream = false): void {
    this.frame(FrameType.data, endStream ? Flag.endStream : 0, id, Buffer.from(content));
  }
}

/**
 * A server of HTTP/2 that does what `onFrame` says, and nothing else: not even SETTINGS are sent or acknowledged.
 * `onFrame` gets the preface as a frame of type -1.
 */
export function startH2Target(
  onFrame: (frame: H2Frame, connection: H2TargetConnection) => void,
): Promise<TestUpstream> {
  return startRawUpstream((socket) => {
    const connection = new H2TargetConnection(socket);
    let held = Buffer.alloc(0);
    let prefaceSeen = false;
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      if (!prefaceSeen) {
        if (held.length < PREFACE.length) return;
        prefaceSeen = true;
        held = held.subarray(PREFACE.length);
        onFrame({ type: -1, flags: 0, id: 0, payload: Buffer.alloc(0) }, connection);
      }
      while (held.length >= 9 && held.length >= 9 + held.readUIntBE(0, 3)) {
        const end = 9 + held.readUIntBE(0, 3);
        const frame: H2Frame = {
          type: held[3]!,
          flags: held[4]!,
          id: held.readUInt32BE(5),
          payload: Buffer.from(held.subarray(9, end)),
        };
        held = held.subarray(end);
        connection.frames.push(frame);
        onFrame(frame, connection);
      }
    });
  });
}

/** As `startH2Target`, with SETTINGS sent and PING answered; `onHead` is called with each request's head. */
export function startPoliteH2Target(
  onHead: (id: number, fields: Map<string, string>, connection: H2TargetConnection, frame: H2Frame) => void,
  settings: readonly (readonly [number, number])[] = [],
): Promise<TestUpstream> {
  return startH2Target((frame, connection) => {
    if (frame.type === -1) connection.settings(settings);
    else if (frame.type === FrameType.settings && (frame.flags & Flag.ack) === 0) {
      connection.frame(FrameType.settings, Flag.ack, 0);
    } else if (frame.type === FrameType.headers && frame.id > 0) {
      onHead(frame.id, connection.fields(frame), connection, frame);
    }
  });
}
