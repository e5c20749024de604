import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { type DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { ShownCertificates } from "../../core/client_auth.ts";
import type { ListenerHandler } from "../../core/listener.ts";
import type { ConnectionInfo, TlsInfo } from "../../core/connection.ts";
import { parseAddress } from "../../lib/ip.ts";
import type { CertificateSelector, ServedCertificate } from "./certificates.ts";
import { readClientHello, TLS_HANDSHAKE } from "./client_hello.ts";
import type { Codec, CodecContext, ListenerState, SlowReader, WhyBanned } from "./codec.ts";
import { ALPN_PROTOCOLS, makeClearCodec, makeCodec } from "./codecs.ts";
import { InletSocket } from "./inlet_server.ts";
import type { Ja4 } from "./ja4.ts";
import type { ConnectionRouter, Route } from "./connection_router.ts";

/** Alerts (RFC 8446, 6.2): the message cannot be read; nobody here has that name. */
const DECODE_ERROR = 50;
const UNRECOGNIZED_NAME = 112;

/** What an accepted connection needs of its listener. */
export interface AcceptedContext
  extends
    Pick<CodecContext, "handler" | "clock" | "ids" | "date" | "room">,
    Omit<ConnectionInfo, "peerWords" | "peerPort" | "localPort" | "tls" | "ja4"> {
  readonly state: ListenerState;
  /** null: the listener speaks in the clear. */
  readonly certificates: CertificateSelector | null;
  /** What a PROXY header said; null: the socket's own. */
  readonly peerPort: number | null;
  /** HTTP/2 by prior knowledge is taken in the clear. */
  readonly h2c: boolean;
  /** Answers HTTP in the clear on a TLS listener; null: such a connection is closed. */
  readonly plainHandler: ListenerHandler | null;
  /** Asked before HTTP is spoken; null: nobody but HTTP is here. */
  readonly router: ConnectionRouter | null;
  /** Whether a handshake for a name asks its client for a certificate, and for which door; null: none does. */
  readonly doorOf: ((serverName: string) => string) | null;
  /** Reads which program a TLS client is; null: nobody wants to know. */
  readonly ja4: Ja4 | null;
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
  /** Whom the connection goes to, where that is not HTTP, and by which name. */
  #route: Route | null = null;
  #serverName = "";
  #ja4 = "";
  #detail = "client closed the connection";
  #over = false;

  constructor(raw: Socket, context: AcceptedContext) {
    this.#raw = raw;
    this.#context = context;
    this.peerAddress = context.peerAddress;
    this.#acceptedAt = context.state.nowMs;
    raw.on("error", (error: Error) => this.#detail = error.message);
    raw.on("close", () => this.#closed());
    const { certificates, router } = context;
    if (router !== null && !router.readsHello) this.#follow(router.route(null));
    else if (certificates === null && router === null) this.#attachHttp(raw, null, context.handler);
    else raw.once("data", (first: Buffer) => this.#firstBytes(first));
    // A PROXY header was read before.
    if (this.#route === null && raw.isPaused()) raw.resume();
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

  endBanned(whyBanned: WhyBanned): void {
    this.#codec?.endBanned(whyBanned);
  }

  slowReader(nowMs: number): SlowReader | null {
    return this.#codec?.slowReader(nowMs) ?? null;
  }

  tooSlow(detail: string): void {
    this.#codec?.tooSlow(detail);
  }

  /** Ends the connection now, as an error for the peer. `detail` is what a running exchange hears. */
  destroy(detail = "connection closed by Aegis"): void {
    this.#codec?.closed(detail);
    this.#reset();
  }

  /** The bytes go back in front of the stream: here is where the ClientHello can be read. */
  #firstBytes(first: Buffer): void {
    const raw = this.#raw;
    const { certificates, ja4, plainHandler, router } = this.#context;
    if (first[0] === TLS_HANDSHAKE && (this.#choosesByHello || ja4 !== null)) return this.#readHello(first);
    raw.pause();
    raw.unshift(first);
    if (first[0] === TLS_HANDSHAKE && certificates !== null) return this.#handshakeHttp(certificates, "");
    const route = router?.route(null) ?? null;
    if (route !== null) return this.#follow(route);
    if (plainHandler === null) return this.destroy();
    this.#attachHttp(raw, null, plainHandler);
    raw.resume();
  }

  /** `check` sees to it that a ClientHello in pieces is whole in time. */
  #readHello(bytes: Buffer): void {
    const raw = this.#raw;
    const read = readClientHello(bytes);
    if (read.kind === "more") {
      raw.once("data", (more: Buffer) => this.#readHello(Buffer.concat([bytes, more])));
      return;
    }
    raw.pause();
    const { certificates, doorOf, ja4, router } = this.#context;
    if (read.kind === "refused") {
      // Where nothing is decided by it, the runtime may judge for itself what it can read.
      if (this.#choosesByHello || certificates === null) return this.#alert(DECODE_ERROR);
      raw.unshift(bytes);
      return this.#handshakeHttp(certificates, "");
    }
    if (ja4 !== null) this.#ja4 = ja4.of(read.hello);
    raw.unshift(bytes);
    const route = router?.route(read.hello) ?? null;
    if (route !== null) this.#follow(route, read.hello.serverName);
    else if (certificates !== null) this.#handshakeHttp(certificates, doorOf?.(read.hello.serverName) ?? "");
    else this.#alert(UNRECOGNIZED_NAME);
  }

  /** What the client says first decides who speaks with it, or what it is asked for. */
  get #choosesByHello(): boolean {
    const { doorOf, router } = this.#context;
    return router !== null || doorOf !== null;
  }

  #follow(route: Route | null, serverName = ""): void {
    if (route === null || !route.admit(this.peerAddress, serverName)) return this.destroy();
    this.#route = route;
    this.#serverName = serverName;
    const attach = (socket: Socket, tls: TlsInfo | null) =>
      this.#attach(socket, tls, this.#context.handler, (context) => route.codec(context, serverName));
    if (route.tls === null) return attach(this.#raw, null);
    this.#handshake(route.tls.certificates, route.tls.alpn, "", attach);
  }

  /** Fatal, in the clear: no key is agreed upon yet. */
  #alert(description: number): void {
    this.#raw.end(Buffer.from([0x15, 3, 1, 0, 2, 2, description]), () => this.#raw.destroy());
  }

  #handshakeHttp(certificates: CertificateSelector, door: string): void {
    this.#handshake(certificates, ALPN_PROTOCOLS, door, (socket, tls) => {
      const protocol = socket.alpnProtocol;
      this.#attachHttp(socket, tls, this.#context.handler, protocol || null);
    });
  }

  #handshake(
    certificates: CertificateSelector,
    alpn: readonly string[],
    door: string,
    secured: (socket: TLSSocket, tls: TlsInfo) => void,
  ): void {
    let served: ServedCertificate = certificates.select("");
    const socket = new TLSSocket(
      this.#raw,
      {
        isServer: true,
        allowHalfOpen: true,
        secureContext: served.context,
        ALPNProtocols: [...alpn],
        // Whom the host believes is its own to decide: the runtime makes sure that the client holds the key.
        requestCert: door !== "",
        rejectUnauthorized: false,
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
      if (!this.#over) secured(socket, tlsInfo(socket, served, door));
    });
  }

  #attachHttp(
    socket: Socket,
    tls: TlsInfo | null,
    handler: ListenerHandler,
    protocol: string | null = null,
  ): void {
    this.#attach(
      socket,
      tls,
      handler,
      (context) => tls === null ? makeClearCodec(this.#context.h2c, context) : makeCodec(protocol, context),
    );
  }

  #attach(
    socket: Socket,
    tls: TlsInfo | null,
    handler: ListenerHandler,
    make: (context: CodecContext) => Codec,
  ): void {
    const { clock, date, ids, listener, peerAddress, room, state } = this.#context;
    const context: CodecContext = {
      socket,
      reset: () => this.#reset(),
      info: {
        listener,
        peerAddress,
        peerWords: parseAddress(peerAddress),
        peerPort: this.#context.peerPort ?? this.#raw.remotePort ?? 0,
        localPort: this.#raw.localPort ?? 0,
        tls,
        ja4: this.#ja4,
      },
      handler,
      state,
      clock,
      ids,
      date,
      room,
    };
    const codec = make(context);
    this.#codec = codec;
    const receive = (chunk: Buffer) => codec.receive(chunk);
    if (socket instanceof InletSocket && socket.readableLength === 0) {
      socket.reader = receive;
      if (codec.borrow !== undefined) socket.borrower = (bytes) => codec.borrow!(bytes);
    } else socket.on("data", receive);
    socket.on("end", () => codec.receiveEnd());
    socket.on("drain", () => codec.drained());
  }

  #reset(): void {
    this.#raw.resetAndDestroy();
  }

  #closed(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#codec !== null) this.#codec.closed(this.#detail);
    else this.#route?.failed(this.peerAddress, this.#serverName, this.#detail);
    this.#context.gone(this);
  }
}

function tlsInfo(socket: TLSSocket, served: ServedCertificate, door: string): TlsInfo {
  const name = (socket as { servername?: string | null | false }).servername;
  return {
    serverName: typeof name === "string" ? name.toLowerCase() : "",
    version: socket.getProtocol() ?? "",
    certificateId: served.id,
    certificateNames: served.names,
    shown: door === "" ? NOT_ASKED : { door, chain: shownChain(socket) },
  };
}

const NOT_ASKED: ShownCertificates = Object.freeze({ door: "", chain: Object.freeze([]) });
/** [SECURITY] A chain is as long as the client likes; nobody follows it further. */
const MOST_SHOWN = 10;

/** What the client showed, leaf first. */
function shownChain(socket: TLSSocket): Uint8Array[] {
  const chain: Uint8Array[] = [];
  let at: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (at?.raw !== undefined && chain.length < MOST_SHOWN) {
    chain.push(at.raw);
    if (at.issuerCertificate === at) break;
    at = at.issuerCertificate;
  }
  return chain;
}
