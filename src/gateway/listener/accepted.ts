import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { ConnectionInfo, ListenerHandler, TlsInfo } from "../../core/listener.ts";
import type { CertificateSelector, ServedCertificate } from "./certificates.ts";
import type { Codec, CodecContext, ListenerState, SlowReader } from "./codec.ts";
import { ALPN_PROTOCOLS, makeClearCodec, makeCodec } from "./codecs.ts";

/** First byte of a TLS record that carries a handshake (RFC 8446, 5.1). */
const TLS_HANDSHAKE = 0x16;

/** What an accepted connection needs of its listener. */
export interface AcceptedContext
  extends
    Pick<CodecContext, "handler" | "clock" | "ids" | "date" | "room">,
    Omit<ConnectionInfo, "peerPort" | "localPort" | "tls"> {
  readonly state: ListenerState;
  /** null: the listener speaks in the clear. */
  readonly certificates: CertificateSelector | null;
  /** What a PROXY header said; null: the socket's own. */
  readonly peerPort: number | null;
  /** HTTP/2 by prior knowledge is taken in the clear. */
  readonly h2c: boolean;
  /** Answers HTTP in the clear on a TLS listener; null: such a connection is closed. */
  readonly plainHandler: ListenerHandler | null;
  /** The connection is over; called once. */
  readonly gone: (connection: Accepted) => void;
}

/** One accepted socket: its handshake, then the codec that it feeds. */
export class Accepted {
  readonly peerAddress: string;
  readonly #context: AcceptedContext;
  readonly #raw: Socket;
  readonly #acceptedAt: number;
  #codec: Codec | null = null;
  #detail = "client closed the connection";
  #over = false;

  constructor(raw: Socket, context: AcceptedContext) {
    this.#raw = raw;
    this.#context = context;
    this.peerAddress = context.peerAddress;
    this.#acceptedAt = context.state.nowMs;
    raw.on("error", (error: Error) => this.#detail = error.message);
    raw.on("close", () => this.#closed());
    if (context.certificates === null) this.#attach(raw, null, context.handler);
    else raw.once("data", (first: Buffer) => this.#firstBytes(first, context.certificates!));
  }

  check(nowMs: number): void {
    if (this.#codec !== null) return this.#codec.check(nowMs);
    // [SECURITY] From accept to the handshake's end: neither silence nor dripping holds a socket for longer.
    if (nowMs - this.#acceptedAt > this.#context.state.settings.handshake_timeout_ms) this.destroy();
  }

  drain(): void {
    if (this.#codec === null) this.destroy();
    else this.#codec.drain();
  }

  endStreams(): void {
    this.#codec?.endStreams();
  }

  slowReader(nowMs: number): SlowReader | null {
    return this.#codec?.slowReader(nowMs) ?? null;
  }

  /** Ends the connection now, as an error for the peer. `detail` is what a running exchange hears. */
  destroy(detail = "connection closed by Aegis"): void {
    this.#codec?.closed(detail);
    this.#reset();
  }

  /** The bytes go back in front of the stream: here is where the ClientHello can be read. */
  #firstBytes(first: Buffer, certificates: CertificateSelector): void {
    const raw = this.#raw;
    raw.pause();
    raw.unshift(first);
    if (first[0] === TLS_HANDSHAKE) return this.#handshake(certificates);
    const { plainHandler } = this.#context;
    if (plainHandler === null) return this.destroy();
    this.#attach(raw, null, plainHandler);
    raw.resume();
  }

  #handshake(certificates: CertificateSelector): void {
    let served: ServedCertificate = certificates.select("");
    const socket = new TLSSocket(
      this.#raw,
      {
        isServer: true,
        allowHalfOpen: true,
        secureContext: served.context,
        ALPNProtocols: [...ALPN_PROTOCOLS],
        // Runs for clients without SNI too, with an empty name.
        SNICallback: (serverName, answer) => {
          served = certificates.select(serverName);
          answer(null, served.context);
        },
      } as ConstructorParameters<typeof TLSSocket>[1],
    );
    socket.on("error", (error: Error) => {
      this.#detail = error.message;
      // A failed handshake leaves the raw socket open.
      this.#raw.destroy();
    });
    socket.on("close", () => {
      this.#raw.destroy();
      this.#closed();
    });
    socket.once("secure", () => {
      if (this.#over) return;
      const protocol = socket.alpnProtocol;
      this.#attach(socket, tlsInfo(socket, served), this.#context.handler, protocol || null);
    });
  }

  #attach(
    socket: Socket,
    tls: TlsInfo | null,
    handler: ListenerHandler,
    protocol: string | null = null,
  ): void {
    const { clock, date, ids, listener, peerAddress, room, state } = this.#context;
    const context: CodecContext = {
      socket,
      reset: () => this.#reset(),
      info: {
        listener,
        peerAddress,
        peerPort: this.#context.peerPort ?? this.#raw.remotePort ?? 0,
        localPort: this.#raw.localPort ?? 0,
        tls,
      },
      handler,
      state,
      clock,
      ids,
      date,
      room,
    };
    const codec = tls === null ? makeClearCodec(this.#context.h2c, context) : makeCodec(protocol, context);
    this.#codec = codec;
    socket.on("data", (chunk: Buffer) => codec.receive(chunk));
    socket.on("end", () => codec.receiveEnd());
    socket.on("drain", () => codec.drained());
  }

  #reset(): void {
    this.#raw.resetAndDestroy();
  }

  #closed(): void {
    if (this.#over) return;
    this.#over = true;
    this.#codec?.closed(this.#detail);
    this.#context.gone(this);
  }
}

function tlsInfo(socket: TLSSocket, served: ServedCertificate): TlsInfo {
  const name = (socket as { servername?: string | null | false }).servername;
  return {
    serverName: typeof name === "string" ? name.toLowerCase() : "",
    version: socket.getProtocol() ?? "",
    certificateId: served.id,
    certificateNames: served.names,
  };
}
