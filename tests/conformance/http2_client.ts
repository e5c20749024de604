import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Flag, FrameType } from "../../src/gateway/listener/http2/frame.ts";
import { H2Client, type H2Frame, type Pairs, uint32 } from "../support/h2_client.ts";
import type {
  ClientExchange,
  ClientHead,
  ClientRequest,
  ConformanceClient,
  Conformer,
} from "./conformance_client.ts";
import { http2Transports } from "./listener_transports.ts";

const FRAME_BYTES = 16_384;

/** HTTP/2 over a raw connection. Frames are read while somebody waits for one, and windows open as content is read. */
class Http2Client implements ConformanceClient {
  readonly h2: H2Client;
  readonly #scheme: string;
  readonly #exchanges = new Map<number, Http2Exchange>();
  #pumping: Promise<void> | null = null;
  window = 65_535;

  constructor(h2: H2Client, scheme: string) {
    this.h2 = h2;
    this.#scheme = scheme;
  }

  async request({ headers = [], length = 0, method, path }: ClientRequest): Promise<ClientExchange> {
    const id = this.h2.newId();
    const exchange = new Http2Exchange(this, id, length === 0);
    this.#exchanges.set(id, exchange);
    const declared: Pairs = length !== null && length > 0 ? [["content-length", String(length)]] : [];
    await this.h2.headers(id, [
      [":method", method],
      [":scheme", this.#scheme],
      [":authority", "a.test"],
      [":path", path],
      ...headers,
      ...declared,
    ], length === 0);
    return exchange;
  }

  close(): void {
    this.h2.close();
  }

  /** Reads one frame; who comes while that runs waits for the same. */
  pump(): Promise<void> {
    return this.#pumping ??= this.#readOne().finally(() => this.#pumping = null);
  }

  async #readOne(): Promise<void> {
    const frame = await this.h2.frame();
    if (frame.type === FrameType.goaway) return;
    if (frame.type === FrameType.windowUpdate && frame.id === 0) this.window += frame.payload.readUInt32BE(0);
    else this.#exchanges.get(frame.id)?.take(frame, this.h2.fields(frame));
  }
}

class Http2Exchange implements ClientExchange {
  trailers: Pairs = [];
  readonly #client: Http2Client;
  readonly #id: number;
  readonly #heads: ClientHead[] = [];
  readonly #content: Buffer[] = [];
  #window = 65_535;
  #hasFinalHead = false;
  #ended = false;
  #requestEnded: boolean;
  #reset = -1;

  constructor(client: Http2Client, id: number, requestEnded: boolean) {
    this.#client = client;
    this.#id = id;
    this.#requestEnded = requestEnded;
  }

  take(frame: H2Frame, fields: Pairs | null): void {
    if (frame.type === FrameType.windowUpdate) this.#window += frame.payload.readUInt32BE(0);
    else if (frame.type === FrameType.rstStream) this.#reset = frame.payload.readUInt32BE(0);
    else if (frame.type === FrameType.data && frame.payload.length > 0) this.#content.push(frame.payload);
    if (fields !== null) this.#fields(fields);
    const carriesEnd = frame.type === FrameType.data || frame.type === FrameType.headers;
    if (carriesEnd && (frame.flags & Flag.endStream) !== 0) this.#ended = true;
  }

  #fields(fields: Pairs): void {
    if (this.#hasFinalHead) {
      this.trailers = fields;
      return;
    }
    const status = Number(fields.find(([name]) => name === ":status")?.[1]);
    this.#hasFinalHead = status >= 200;
    this.#heads.push({ status, headers: fields.filter(([name]) => name !== ":status") });
  }

  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    for (let at = 0; at < bytes.length;) {
      const size = Math.min(bytes.length - at, this.#window, this.#client.window, FRAME_BYTES);
      if (size <= 0) {
        await this.#client.pump();
        continue;
      }
      this.#window -= size;
      this.#client.window -= size;
      await this.#client.h2.send(FrameType.data, 0, this.#id, bytes.subarray(at, at + size));
      at += size;
    }
  }

  async end(trailers: Pairs = []): Promise<void> {
    if (this.#requestEnded) return;
    this.#requestEnded = true;
    if (trailers.length > 0) await this.#client.h2.headers(this.#id, trailers, true);
    else await this.#client.h2.send(FrameType.data, Flag.endStream, this.#id);
  }

  async head(): Promise<ClientHead> {
    while (this.#heads.length === 0) {
      assert.equal(this.#reset, -1, "the stream was reset");
      await this.#client.pump();
    }
    return this.#heads.shift()!;
  }

  async read(): Promise<Buffer | null> {
    while (this.#content.length === 0) {
      if (this.#ended) return null;
      assert.equal(this.#reset, -1, "the stream was reset");
      await this.#client.pump();
    }
    const part = this.#content.shift()!;
    await this.#client.h2.send(FrameType.windowUpdate, 0, 0, uint32(part.length));
    if (!this.#ended) await this.#client.h2.send(FrameType.windowUpdate, 0, this.#id, uint32(part.length));
    return part;
  }

  /** A reset, and then the connection's end: what comes first is not known. */
  leave(): void {
    this.#client.h2.send(FrameType.rstStream, 0, this.#id, uint32(8)).catch(() => undefined).finally(() =>
      this.#client.close()
    );
  }
}

/** HTTP/2 in the clear and over TLS, for the suite of every codec. */
export function http2Conformers(): Conformer[] {
  return http2Transports().map((transport) => ({
    name: `HTTP/2 ${transport.name}`,
    run: (handler, options, test) =>
      transport.run(
        handler,
        options,
        (connect, listener) =>
          test(
            async () => new Http2Client(await H2Client.begin(await connect()), transport.scheme),
            listener,
          ),
      ),
  }));
}
