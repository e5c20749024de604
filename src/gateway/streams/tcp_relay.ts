import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { StreamEnd } from "../../core/stream.ts";
import type { Codec, CodecContext, SlowReader } from "../listener/codec.ts";
import { peerAddressText } from "../listener/peer_address.ts";
import { writeProxyHeader } from "../listener/proxy_header.ts";
import type { CompiledStream } from "./compiled_stream.ts";
import { OneWay } from "./one_way.ts";
import type { StreamServices } from "./stream_services.ts";

/**
 * One connection of a stream: bytes both ways between a client and the upstream. The client is not read before the
 * upstream is there.
 */
export class TcpRelay implements Codec {
  readonly #context: CodecContext;
  readonly #stream: CompiledStream;
  readonly #services: StreamServices;
  readonly #serverName: string;
  readonly #startedAt: number;
  #upstream: Socket | null = null;
  #upload: OneWay | null = null;
  #download: OneWay | null = null;
  /** What a TLS socket hands over though it is paused. */
  #early: Buffer[] = [];
  #clientEnded = false;
  /** Who was done first. */
  #first: "client" | "upstream" | null = null;
  #detail = "";
  #activeAt: number;
  #over = false;

  constructor(context: CodecContext, stream: CompiledStream, services: StreamServices, serverName: string) {
    this.#context = context;
    this.#stream = stream;
    this.#services = services;
    this.#serverName = serverName;
    this.#startedAt = services.clock.monotonic();
    this.#activeAt = context.state.nowMs;
    context.socket.pause();
    const { endpoint, settings } = stream;
    services.dialer.dial(
      { endpoint, verifyTls: true, tls: null, alpn: [], connectMs: settings.timeouts.connect_ms },
      (socket, failure) => {
        if (socket !== null) this.#connected(socket);
        else this.#finish("connect", failure?.detail ?? "");
      },
    );
  }

  receive(chunk: Buffer): void {
    this.#activeAt = this.#context.state.nowMs;
    if (this.#upload === null) {
      this.#early.push(chunk);
      this.#context.socket.pause();
      return;
    }
    this.#services.cells.add(this.#stream.slot, "uploadBytes", chunk.length);
    this.#upload.data(chunk);
  }

  receiveEnd(): void {
    this.#clientEnded = true;
    this.#first ??= "client";
    this.#upload?.end();
    this.#closeWhenDone();
  }

  drained(): void {
    this.#activeAt = this.#context.state.nowMs;
    this.#download?.drained();
  }

  closed(detail: string): void {
    this.#finish(this.#first ?? "client", this.#first === null ? detail : "");
  }

  check(nowMs: number): void {
    if (this.#upstream === null) return;
    const { idle_ms: ms } = this.#stream.settings.timeouts;
    // [SECURITY] Every connection ends some time: a peer that is gone without a word holds nothing for ever.
    if (nowMs - this.#activeAt > ms) this.#finish("idle", `${ms} ms`);
  }

  drain(): void {
    // What runs may end by itself; `endStreams` follows.
  }

  endStreams(): void {
    this.#finish(this.#services.endReason(), "");
  }

  endBanned(): void {
    const { whiteList } = this.#stream;
    if (whiteList.size === 0 && this.#services.isBanned(this.#context.info.peerAddress)) {
      this.#finish("ban", "");
    }
  }

  slowReader(): SlowReader | null {
    return null;
  }

  tooSlow(detail: string): void {
    this.closed(detail);
  }

  #connected(upstream: Socket): void {
    if (this.#over) return void upstream.destroy();
    const { socket } = this.#context;
    const { settings } = this.#stream;
    const { clock } = this.#services;
    this.#upstream = upstream;
    this.#activeAt = this.#context.state.nowMs;
    this.#upload = new OneWay(socket, upstream, settings.upload_rate_bytes, clock);
    this.#download = new OneWay(upstream, socket, settings.download_rate_bytes, clock);
    upstream.on("data", (chunk: Buffer) => this.#fromUpstream(chunk));
    upstream.on("end", () => this.#upstreamEnd());
    upstream.on("drain", () => this.#upload!.drained());
    upstream.on("error", (error: Error) => this.#detail = error.message);
    upstream.on("close", () => this.#finish(this.#first ?? "upstream", this.#detail));
    this.#sayWho(upstream);
    for (const chunk of this.#early.splice(0)) this.receive(chunk);
    if (this.#clientEnded) this.#upload.end();
    socket.resume();
  }

  #fromUpstream(chunk: Buffer): void {
    this.#activeAt = this.#context.state.nowMs;
    this.#services.cells.add(this.#stream.slot, "downloadBytes", chunk.length);
    this.#download!.data(chunk);
  }

  #upstreamEnd(): void {
    this.#first ??= "upstream";
    this.#download!.end();
    this.#closeWhenDone();
  }

  #sayWho(upstream: Socket): void {
    const { send } = this.#stream.settings.proxy_protocol;
    if (send === "off") return;
    const { info, socket } = this.#context;
    const source = { address: info.peerAddress, port: info.peerPort };
    const destination = { address: peerAddressText(socket.localAddress), port: info.localPort };
    upstream.write(writeProxyHeader(send, source, destination));
  }

  /** Both have said all: what is written still leaves, then the sockets go. */
  #closeWhenDone(): void {
    if (this.#upload?.ended !== true || this.#download?.ended !== true) return;
    this.#upstream!.destroySoon();
    this.#context.socket.destroySoon();
  }

  /** Both sockets go when either has gone. */
  #finish(end: StreamEnd, detail: string): void {
    if (this.#over) return;
    this.#over = true;
    const { cells, clock, log } = this.#services;
    const { slot, settings } = this.#stream;
    this.#upload?.stop();
    this.#download?.stop();
    cells.leave(slot);
    if (end === "connect") cells.add(slot, "failed", 1);
    const durationMs = clock.monotonic() - this.#startedAt;
    if (settings.log) {
      log.add({
        id: this.#context.ids.next(clock.now()),
        at: Math.round(clock.now() - durationMs),
        streamId: settings.id,
        transport: "tcp",
        client: this.#context.info.peerAddress,
        serverName: this.#serverName,
        durationMs,
        uploadBytes: this.#upload?.bytes ?? 0,
        downloadBytes: this.#download?.bytes ?? 0,
        end,
        detail,
      });
    }
    const isOrderly = this.#upload?.ended === true && this.#download?.ended === true;
    if (isOrderly) {
      this.#upstream!.destroySoon();
      this.#context.socket.destroySoon();
    } else {
      this.#upstream?.destroy();
      this.#context.reset();
    }
  }
}
