import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type RawClient, value } from "../support/raw_client.ts";
import type {
  ClientExchange,
  ClientHead,
  ClientRequest,
  ConformanceClient,
  Conformer,
} from "./conformance_client.ts";
import { http1Transports } from "./listener_transports.ts";

type Pairs = readonly (readonly [string, string])[];

function lines(pairs: Pairs): string {
  return pairs.map(([name, text]) => `${name}: ${text}\r\n`).join("");
}

/** HTTP/1.1 over a raw connection, one exchange after the other. */
class Http1Client implements ConformanceClient {
  readonly #raw: RawClient;

  constructor(raw: RawClient) {
    this.#raw = raw;
  }

  async request(request: ClientRequest): Promise<ClientExchange> {
    const { headers = [], length = 0, method, path } = request;
    const framing = length === null
      ? "transfer-encoding: chunked\r\n"
      : length > 0
      ? `content-length: ${length}\r\n`
      : "";
    await this.#raw.write(`${method} ${path} HTTP/1.1\r\nhost: a.test\r\n${lines(headers)}${framing}\r\n`);
    return new Http1Exchange(this.#raw, method, length === null);
  }

  close(): void {
    this.#raw.close();
  }
}

class Http1Exchange implements ClientExchange {
  trailers: Pairs = [];
  readonly #raw: RawClient;
  readonly #method: string;
  readonly #chunkedUp: boolean;
  /** Bytes left of a body with a length; -1: chunked. */
  #left = 0;

  constructor(raw: RawClient, method: string, chunkedUp: boolean) {
    this.#raw = raw;
    this.#method = method;
    this.#chunkedUp = chunkedUp;
  }

  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    if (this.#chunkedUp) await this.#raw.write(`${bytes.length.toString(16)}\r\n`);
    await this.#raw.write(bytes);
    if (this.#chunkedUp) await this.#raw.write("\r\n");
  }

  async end(trailers: Pairs = []): Promise<void> {
    assert.ok(this.#chunkedUp || trailers.length === 0, "trailers need the chunked coding");
    if (this.#chunkedUp) await this.#raw.write(`0\r\n${lines(trailers)}\r\n`);
  }

  async head(): Promise<ClientHead> {
    const { status, headers } = await this.#raw.readHead();
    const length = value(headers, "content-length");
    if (this.#method === "HEAD" || status < 200 || status === 204 || status === 304) this.#left = 0;
    else if (length !== undefined) this.#left = Number(length);
    else {
      assert.equal(value(headers, "transfer-encoding"), "chunked");
      this.#left = -1;
    }
    return { status, headers };
  }

  async read(): Promise<Buffer | null> {
    if (this.#left === 0) return null;
    if (this.#left > 0) {
      const part = await this.#raw.readSome(this.#left);
      this.#left -= part.length;
      return part;
    }
    const size = parseInt(await this.#raw.readThrough("\r\n"), 16);
    if (size > 0) {
      const part = await this.#raw.readExactly(size);
      await this.#raw.readThrough("\r\n");
      return part;
    }
    this.#left = 0;
    const trailers: [string, string][] = [];
    for (
      let line = await this.#raw.readThrough("\r\n");
      line !== "\r\n";
      line = await this.#raw.readThrough("\r\n")
    ) {
      trailers.push([line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2, -2)]);
    }
    this.trailers = trailers;
    return null;
  }

  leave(): void {
    this.#raw.close();
  }
}

/** HTTP/1.1 in the clear and over TLS, for the suite of every codec. */
export function http1Conformers(): Conformer[] {
  return http1Transports().map((transport) => ({
    name: `HTTP/1.1 ${transport.name}`,
    run: (handler, options, test) =>
      transport.run(
        handler,
        options,
        (connect, listener) => test(async () => new Http1Client(await connect()), listener),
      ),
  }));
}
