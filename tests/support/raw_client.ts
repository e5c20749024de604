import assert from "node:assert/strict";
import { Buffer } from "node:buffer";

/** No answer in a test takes longer; what does is a hang. */
const DEADLINE_MS = 30_000;

export interface RawResponse {
  readonly status: number;
  readonly version: string;
  /** As on the wire, names in their own case. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly trailers: readonly (readonly [string, string])[];
}

/** How a connection ended, for whoever read on: by FIN or close_notify, or as an error. */
export type Ending = "end" | "error";

/**
 * A client that sends exactly the bytes it is told to, and reads answers by a small parser of its own that takes no
 * liberties. Nothing is read from the socket but while a read is awaited.
 */
export class RawClient {
  readonly #conn: Deno.Conn;
  readonly #chunk = new Uint8Array(65_536);
  #buffer = Buffer.alloc(0);
  #ending: Ending | null = null;
  #written: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  static async clear(port: number): Promise<RawClient> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay();
    return new RawClient(conn);
  }

  /** `ca`: PEM of the authority that signed the server's certificate. */
  static async tls(port: number, ca: string, alpnProtocols = ["http/1.1"]): Promise<RawClient> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    // Without it each small frame waits for the other side's acknowledgement, 40 ms long.
    conn.setNoDelay();
    return new RawClient(await Deno.startTls(conn, { hostname: "localhost", caCerts: [ca], alpnProtocols }));
  }

  /** Sends a byte string or bytes, all of them, behind what is being sent already. */
  write(data: string | Uint8Array): Promise<void> {
    const written = this.#written.then(async () => {
      let rest = typeof data === "string" ? Buffer.from(data, "latin1") : data;
      while (rest.length > 0) rest = rest.subarray(await this.#conn.write(rest));
    });
    this.#written = written.catch(() => undefined);
    return written;
  }

  /** Sends FIN (or close_notify), and goes on reading. */
  async closeWrite(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** Closes both ways; unread input makes the kernel answer with RST. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  /** The next bytes that are there, at least one; null at the end. */
  async read(): Promise<Buffer | null> {
    if (this.#buffer.length === 0 && !await this.#fill()) return null;
    return this.#take(this.#buffer.length);
  }

  /** The next bytes that are there, from one to `most`; rejects at the end. */
  async readSome(most: number): Promise<Buffer> {
    if (this.#buffer.length === 0) assert.ok(await this.#fill(), "end of the connection");
    return this.#take(Math.min(most, this.#buffer.length));
  }

  async readExactly(length: number): Promise<Buffer<ArrayBuffer>> {
    while (this.#buffer.length < length) {
      assert.ok(await this.#fill(), `end after ${this.#buffer.length} bytes`);
    }
    return this.#take(length);
  }

  /** Up to and with `marker`. */
  async readThrough(marker: string): Promise<string> {
    let at = this.#buffer.indexOf(marker, 0, "latin1");
    while (at < 0) {
      assert.ok(
        await this.#fill(),
        `end before ${JSON.stringify(marker)}: ${this.#buffer.toString("latin1")}`,
      );
      at = this.#buffer.indexOf(marker, 0, "latin1");
    }
    return this.#take(at + marker.length).toString("latin1");
  }

  /** All that comes until the connection ends. */
  async readToEnd(): Promise<Buffer<ArrayBuffer>> {
    while (await this.#fill());
    return this.#take(this.#buffer.length);
  }

  /** How the connection ended; reads until it does. */
  async ending(): Promise<Ending> {
    await this.readToEnd();
    return this.#ending!;
  }

  /** One whole answer. `method` is that of its request. */
  async readResponse(method = "GET"): Promise<RawResponse> {
    const { status, version, headers } = await this.readHead();
    const length = value(headers, "content-length");
    const coding = value(headers, "transfer-encoding");
    assert.ok(length === undefined || coding === undefined, "an answer is framed one way");
    let body = Buffer.alloc(0);
    let trailers: [string, string][] = [];
    if (method === "HEAD" || status === 204 || status === 304 || status < 200) {
      assert.equal(coding, undefined, "no coding without a body");
    } else if (coding !== undefined) {
      assert.equal(coding, "chunked");
      ({ body, trailers } = await this.#chunked());
    } else if (length !== undefined) {
      body = await this.readExactly(Number(length));
    } else {
      body = await this.readToEnd();
    }
    return { status, version, headers, body, trailers };
  }

  async readHead(): Promise<Omit<RawResponse, "body" | "trailers">> {
    const [line, ...fields] = (await this.readThrough("\r\n\r\n")).slice(0, -4).split("\r\n");
    const match = /^(HTTP\/1\.[01]) ([1-5][0-9]{2}) (.*)$/.exec(line!);
    assert.ok(match, `status line ${JSON.stringify(line)}`);
    return { version: match[1]!, status: Number(match[2]), headers: fields.map(fieldPair) };
  }

  async #chunked(): Promise<{ body: Buffer<ArrayBuffer>; trailers: [string, string][] }> {
    const parts: Buffer[] = [];
    while (true) {
      const size = (await this.readThrough("\r\n")).slice(0, -2);
      assert.match(size, /^[0-9a-f]+$/);
      const length = parseInt(size, 16);
      if (length === 0) break;
      parts.push(await this.readExactly(length));
      assert.equal(await this.readThrough("\r\n"), "\r\n");
    }
    const trailers: [string, string][] = [];
    while (true) {
      const line = (await this.readThrough("\r\n")).slice(0, -2);
      if (line === "") return { body: Buffer.concat(parts), trailers };
      trailers.push(fieldPair(line));
    }
  }

  /** False at the end of the connection. */
  async #fill(): Promise<boolean> {
    if (this.#ending !== null) return false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no bytes within ${DEADLINE_MS} ms`)), DEADLINE_MS);
    });
    try {
      const read = await Promise.race([
        this.#conn.read(this.#chunk).catch(() => {
          this.#ending = "error";
          return null;
        }),
        late,
      ]);
      if (read === null) {
        this.#ending ??= "end";
        return false;
      }
      this.#buffer = Buffer.concat([this.#buffer, this.#chunk.subarray(0, read)]);
      return true;
    } finally {
      clearTimeout(timer);
    }
  }

  #take(length: number): Buffer<ArrayBuffer> {
    const taken = Buffer.from(this.#buffer.subarray(0, length));
    this.#buffer = this.#buffer.subarray(length);
    return taken;
  }
}

/** The first value of `name`, in whatever case it was sent. */
export function value(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1];
}

function fieldPair(line: string): [string, string] {
  const colon = line.indexOf(": ");
  assert.ok(colon > 0, `field line ${JSON.stringify(line)}`);
  return [line.slice(0, colon), line.slice(colon + 2)];
}
