import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Flag, FrameType, PREFACE } from "../../src/gateway/listener/http2/frame.ts";
import { HpackDecoder } from "../../src/gateway/listener/http2/hpack/decoder.ts";
import type { RawClient } from "./raw_client.ts";

export type Pairs = readonly (readonly [string, string])[];

/** One frame off the wire. */
export interface H2Frame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Buffer;
}

export function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4));
  return bytes;
}

/** Identifier and value of settings as a payload. */
export function settingsPayload(pairs: readonly (readonly [number, number])[]): Buffer {
  const bytes = Buffer.alloc(pairs.length * 6);
  pairs.forEach(([key, value], i) => {
    bytes.writeUInt16BE(key, i * 6);
    bytes.writeUInt32BE(value, i * 6 + 2);
  });
  return bytes;
}

/** A frame as bytes. */
export function frameBytes(
  type: number,
  flags: number,
  id: number,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(id, 5);
  return Buffer.concat([header, payload]);
}

/** A header block of literals that enter no table, whatever their names and values are (RFC 7541, 6.2.2). */
export function headerBlock(fields: Pairs): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of fields) {
    parts.push(Buffer.of(0), literal(name), literal(value));
  }
  return Buffer.concat(parts);
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  const head: number[] = [];
  if (bytes.length < 127) head.push(bytes.length);
  else {
    head.push(127);
    let rest = bytes.length - 127;
    for (; rest >= 128; rest >>>= 7) head.push(0x80 | (rest & 0x7f));
    head.push(rest);
  }
  return Buffer.concat([Buffer.from(head), bytes]);
}

export const GET_FIELDS: Pairs = [
  [":method", "GET"],
  [":scheme", "http"],
  [":authority", "a.test"],
  [":path", "/"],
];

/**
 * A client of HTTP/2 that sends exactly the frames it is told to. It acknowledges SETTINGS and PING while it reads, and
 * does nothing else by itself: windows stay as they are.
 */
export class H2Client {
  readonly raw: RawClient;
  readonly #decoder = new HpackDecoder({ maxTableSize: 4_096, maxListBytes: 1_000_000, maxFields: 1_000 });
  #block: Buffer[] = [];
  #nextId = -1;

  private constructor(raw: RawClient) {
    this.raw = raw;
  }

  /** Sends preface and SETTINGS. */
  static async begin(
    raw: RawClient,
    settings: readonly (readonly [number, number])[] = [],
  ): Promise<H2Client> {
    await raw.write(
      Buffer.concat([
        Buffer.from(PREFACE, "latin1"),
        frameBytes(FrameType.settings, 0, 0, settingsPayload(settings)),
      ]),
    );
    return new H2Client(raw);
  }

  /** The next id for a stream of the client. */
  newId(): number {
    return this.#nextId += 2;
  }

  send(type: number, flags: number, id: number, payload?: Uint8Array): Promise<void> {
    return this.raw.write(frameBytes(type, flags, id, payload));
  }

  /** HEADERS, with CONTINUATION where they are long. */
  async headers(id: number, fields: Pairs, endStream: boolean): Promise<void> {
    const block = headerBlock(fields);
    for (let at = 0; at === 0 || at < block.length; at += 16_384) {
      const part = block.subarray(at, at + 16_384);
      const flags = (at === 0 && endStream ? Flag.endStream : 0) |
        (at + 16_384 >= block.length ? Flag.endHeaders : 0);
      await this.send(at === 0 ? FrameType.headers : FrameType.continuation, flags, id, part);
    }
  }

  /** A GET of `/` on a new stream. Returns its id. */
  async get(path = "/", more: Pairs = []): Promise<number> {
    const id = this.newId();
    await this.headers(id, [...GET_FIELDS.slice(0, 3), [":path", path], ...more], true);
    return id;
  }

  /** The next frame of any type but SETTINGS and PING, which are acknowledged. */
  async frame(): Promise<H2Frame> {
    while (true) {
      const frame = await this.anyFrame();
      if (frame.type === FrameType.settings) {
        if ((frame.flags & Flag.ack) === 0) await this.send(FrameType.settings, Flag.ack, 0);
      } else if (frame.type === FrameType.ping) {
        if ((frame.flags & Flag.ack) === 0) await this.send(FrameType.ping, Flag.ack, 0, frame.payload);
      } else return frame;
    }
  }

  async anyFrame(): Promise<H2Frame> {
    const header = await this.raw.readExactly(9);
    const payload = await this.raw.readExactly(header.readUIntBE(0, 3));
    return { type: header[3]!, flags: header[4]!, id: header.readUInt32BE(5), payload };
  }

  /** The next frame of any type that `fits`; others are passed over. */
  async frameThat(fits: (frame: H2Frame) => boolean): Promise<H2Frame> {
    while (true) {
      const frame = await this.anyFrame();
      this.fields(frame);
      if (fits(frame)) return frame;
    }
  }

  /** The next frame of `type`; others are passed over, but for header blocks, which are decoded. */
  async frameOf(type: number, id = -1): Promise<H2Frame> {
    while (true) {
      const frame = await this.frame();
      if (frame.type === type && (id < 0 || frame.id === id)) return frame;
      this.fields(frame);
    }
  }

  /** The fields that a frame completes, null where it completes none. Every HEADERS frame must come by here. */
  fields(frame: H2Frame): Pairs | null {
    if (frame.type !== FrameType.headers && frame.type !== FrameType.continuation) return null;
    this.#block.push(frame.payload);
    if ((frame.flags & Flag.endHeaders) === 0) return null;
    const fields: [string, string][] = [];
    const block = Buffer.concat(this.#block);
    this.#block = [];
    const failure = this.#decoder.decode(block, (name, value) => void fields.push([name, value]));
    assert.equal(failure, null);
    return fields;
  }

  /** Status and content of the answer on stream `id`, which must fit the windows. */
  async answer(id: number): Promise<{ status: number; headers: Pairs; body: string }> {
    let headers: Pairs = [];
    let body = "";
    while (true) {
      const frame = await this.frame();
      const fields = this.fields(frame);
      assert.notEqual(frame.type, FrameType.goaway, `GOAWAY ${frame.payload.toString("hex")}`);
      if (frame.id !== id) continue;
      assert.notEqual(frame.type, FrameType.rstStream, `RST_STREAM ${frame.payload.toString("hex")}`);
      if (fields !== null) headers = fields;
      if (frame.type === FrameType.data) body += frame.payload.toString("latin1");
      const isLast = (frame.flags & Flag.endStream) !== 0 &&
        (frame.type === FrameType.data || frame.type === FrameType.headers);
      if (isLast) {
        const status = headers.find(([name]) => name === ":status")?.[1];
        return { status: Number(status), headers, body };
      }
    }
  }

  /** Error code of the RST_STREAM of stream `id`. */
  async resetOf(id: number): Promise<number> {
    return (await this.frameOf(FrameType.rstStream, id)).payload.readUInt32BE(0);
  }

  /** Error code of the GOAWAY that comes next. */
  async goaway(): Promise<number> {
    return (await this.frameOf(FrameType.goaway)).payload.readUInt32BE(4);
  }

  close(): void {
    this.raw.close();
  }
}
