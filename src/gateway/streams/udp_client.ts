import { Buffer } from "node:buffer";
import type { StreamEnd } from "../../core/stream.ts";
import { Throttle } from "../../lib/throttle.ts";
import { type ProxyEndpoint, writeProxyHeader } from "../listener/proxy_header.ts";
import type { TableEntry } from "./client_table.ts";
import type { CompiledStream } from "./compiled_stream.ts";
import type { DatagramRoom } from "./datagram_room.ts";
import type { StreamServices } from "./stream_services.ts";

export interface UdpClientParts {
  readonly key: string;
  readonly stream: CompiledStream;
  readonly source: ProxyEndpoint;
  /** Where its datagrams came to. */
  readonly destination: ProxyEndpoint;
  readonly upstream: Deno.NetAddr;
  readonly room: DatagramRoom;
  readonly services: StreamServices;
  /** Sends to the client. */
  answer(bytes: Uint8Array): Promise<number>;
  /** The upstream has sent something. */
  answered(client: UdpClient): void;
}

const FAILED_PAUSE_MS = 100;

/** One client of a UDP stream and its socket towards the upstream. What is over its rate is dropped, as UDP may. */
export class UdpClient implements TableEntry {
  readonly key: string;
  readonly client: string;
  readonly stream: CompiledStream;
  isConfirmed = false;
  activeAt: number;
  hasAnswer = false;
  readonly #parts: UdpClientParts;
  readonly #socket: Deno.DatagramConn;
  readonly #startedAt: number;
  readonly #upload: Throttle | null;
  readonly #download: Throttle | null;
  #uploadBytes = 0;
  #downloadBytes = 0;
  /** Until then a direction is over its rate. */
  #uploadFrom = 0;
  #downloadFrom = 0;
  #closed = false;

  /** Throws where no socket can be had. */
  constructor(parts: UdpClientParts) {
    this.#parts = parts;
    this.key = parts.key;
    this.client = parts.source.address;
    this.stream = parts.stream;
    const { upload_rate_bytes, download_rate_bytes } = parts.stream.settings;
    const now = parts.services.clock.monotonic();
    this.#startedAt = now;
    this.activeAt = now;
    this.#upload = upload_rate_bytes === 0 ? null : new Throttle(upload_rate_bytes, now);
    this.#download = download_rate_bytes === 0 ? null : new Throttle(download_rate_bytes, now);
    const hostname = parts.upstream.hostname.includes(":") ? "::" : "0.0.0.0";
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    void this.#receive();
  }

  /** `bytes` may be used again once it has resolved; never rejects. */
  async toUpstream(bytes: Buffer): Promise<void> {
    const { cells, clock } = this.#parts.services;
    const now = clock.monotonic();
    if (this.#closed || now < this.#uploadFrom) return;
    if (this.#upload !== null) this.#uploadFrom = now + this.#upload.take(bytes.length, now);
    this.#uploadBytes += bytes.length;
    cells.add(this.stream.slot, "uploadBytes", bytes.length);
    const { send } = this.stream.settings.proxy_protocol;
    const { source, destination, upstream } = this.#parts;
    const datagram = send === "off"
      ? bytes
      : Buffer.concat([writeProxyHeader("v2", source, destination, "datagram"), bytes]);
    await this.#sent(this.#socket.send(datagram, upstream));
  }

  close(end: StreamEnd): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    const { clock, ids, log } = this.#parts.services;
    const { settings } = this.stream;
    if (!settings.log) return;
    const durationMs = clock.monotonic() - this.#startedAt;
    log.add({
      id: ids.next(clock.now()),
      at: Math.round(clock.now() - durationMs),
      streamId: settings.id,
      transport: "udp",
      client: this.client,
      serverName: "",
      durationMs,
      uploadBytes: this.#uploadBytes,
      downloadBytes: this.#downloadBytes,
      end,
      detail: "",
    });
  }

  async #receive(): Promise<void> {
    const { room, upstream } = this.#parts;
    const slot = room.take();
    while (!this.#closed) {
      try {
        const [bytes, from] = await this.#socket.receive(slot);
        const { hostname, port } = from as Deno.NetAddr;
        // [SECURITY] The socket takes what anybody sends to its port: only the upstream may speak to the client.
        if (port !== upstream.port || hostname !== upstream.hostname) continue;
        await this.#toClient(bytes);
      } catch (thrown) {
        if (this.#closed) break;
        // That nobody took a datagram is told as an error of the next receive; the client may try again.
        this.#parts.services.cells.add(this.stream.slot, "failed", 1);
        if (!(thrown instanceof Deno.errors.ConnectionRefused)) {
          await new Promise((resolve) => setTimeout(resolve, FAILED_PAUSE_MS));
        }
      }
    }
    room.give(slot);
  }

  async #toClient(bytes: Uint8Array): Promise<void> {
    const { services } = this.#parts;
    const now = services.clock.monotonic();
    if (now < this.#downloadFrom) return;
    if (this.#download !== null) this.#downloadFrom = now + this.#download.take(bytes.length, now);
    this.hasAnswer = true;
    this.#downloadBytes += bytes.length;
    services.cells.add(this.stream.slot, "downloadBytes", bytes.length);
    this.#parts.answered(this);
    await this.#sent(this.#parts.answer(bytes));
  }

  /** A datagram that cannot leave is one that got lost on the way. */
  async #sent(sending: Promise<number>): Promise<void> {
    try {
      await sending;
    } catch (thrown) {
      if (!this.#closed) this.#parts.services.cells.add(this.stream.slot, "failed", 1);
      if (!(thrown instanceof Error)) throw thrown;
    }
  }
}
