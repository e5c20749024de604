import { createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../core/clock.ts";
import { AegisError } from "../../core/errors.ts";
import type { ListenerHandler } from "../../core/listener.ts";
import type { ListenerName } from "../../core/connection.ts";
import type { Logger } from "../../core/ports.ts";
import type { ServerSettings } from "../../core/snapshot.ts";
import type { Turn } from "../../lib/turn.ts";
import { HttpDate } from "../../lib/http_date.ts";
import { UlidGenerator } from "../../lib/ulid.ts";
import { WriteRoom } from "../../lib/write_room.ts";
import { Accepted } from "./accepted.ts";
import type { CertificateSelector } from "./certificates.ts";
import type { ListenerState, SlowReader, WhyBanned } from "./codec.ts";
import type { ConnectionRouter } from "./connection_router.ts";
import { InletServer } from "./inlet_server.ts";
import { Ja4 } from "./ja4.ts";
import { peerAddressText } from "./peer_address.ts";
import { ProxyIntake } from "./proxy_intake.ts";
import { slowestToDrop } from "./slow_readers.ts";

export interface ListenerOptions {
  readonly name: ListenerName;
  readonly hostname: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls: boolean;
  readonly settings: ServerSettings;
  readonly handler: ListenerHandler;
  /** Needed where `tls` is true. */
  readonly certificates: CertificateSelector | null;
  readonly clock: Clock;
  /** Of the thread; absent: its own. */
  readonly turn?: Turn;
  /** Several threads listen on the same address and the kernel spreads connections over them. */
  readonly reusePort?: boolean;
  /** HTTP/2 by prior knowledge is taken in the clear (RFC 9113, 3.3); without it only HTTP/1.1. */
  readonly h2c?: boolean;
  /** Answers HTTP in the clear that arrives on a TLS listener; without it such a connection is closed. */
  readonly plainHandler?: ListenerHandler;
  /** True: what this peer sends must begin with a PROXY header, and the address in it counts (spec 01, Listeners). */
  readonly isProxy?: (peerAddress: string) => boolean;
  /**
   * Which door a handshake for a name is for (`ShownCertificates.door`), asked at each accept; null: none asks clients for
   * certificates, and no name is read before the handshake.
   */
  readonly doorOf?: () => ((serverName: string) => string) | null;
  /** Which program a TLS client is, is read from its ClientHello. */
  readonly readsJa4?: boolean;
  /** Who may take a connection before HTTP is spoken; asked at each accept. */
  readonly router?: () => ConnectionRouter | null;
  readonly logger?: Logger;
}

export interface Listener {
  readonly name: ListenerName;
  readonly hostname: string;
  /** The port that is listened on. */
  readonly port: number;
  /** Open connections. */
  readonly connections: number;
  /** No new connections; the open ones go on. */
  stopAccepting(): void;
  /**
   * Stops accepting, ends idle connections, answers running exchanges with `connection: close`, ends tunnels and event
   * streams after `streamsMs` (10 s) of it, and destroys what is left after `deadlineMs`. Resolves when the last connection is closed.
   */
  drain(deadlineMs: number, streamsMs?: number): Promise<void>;
  /** Ends everything now. Resolves when the last connection is closed. */
  destroy(): Promise<void>;
  /** Breaks off what runs for clients that are banned by now. */
  endBanned(whyBanned: WhyBanned): void;
  /** In force at once, for open connections too. */
  updateSettings(settings: ServerSettings): void;
  /** Whether connections in the clear that come from now on may be HTTP/2 by prior knowledge. */
  allowH2c(isAllowed: boolean): void;
}

/** Share of a drain that tunnels and event streams get (spec 06, graceful stop). */
const STREAMS_DRAIN_MS = 10_000;
const BACKLOG = 4_096;
const MAX_SWEEP_MS = 500;
const MIN_SWEEP_MS = 10;

/**
 * Opens a port and serves it. Rejects with `port_unavailable` where it is taken or not permitted.
 */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const front = new Front(options);
  await front.listen();
  return front;
}

class State implements ListenerState {
  settings: ServerSettings;
  nowMs: number;
  draining = false;

  constructor(settings: ServerSettings, nowMs: number) {
    this.settings = settings;
    this.nowMs = nowMs;
  }
}

/** The sockets of one listener: accept, the one timer behind every time-out, drain. */
class Front implements Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server;
  readonly #state: State;
  readonly #ids = new UlidGenerator();
  readonly #date = new HttpDate();
  readonly #room: WriteRoom;
  readonly #ja4: Ja4 | null;
  readonly #connections = new Set<Accepted>();
  /** Of listed senders, until their PROXY header is read. */
  readonly #intakes = new Set<ProxyIntake>();
  readonly #emptyWaiters: (() => void)[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #sweepMs = MAX_SWEEP_MS;
  #port = 0;
  #h2c: boolean;
  #serverClosed = false;

  constructor(options: ListenerOptions) {
    if (options.tls && options.certificates === null) {
      throw new AegisError("internal", "internal error", {
        privateText: "TLS listener without certificates",
      });
    }
    this.#options = options;
    this.#room = new WriteRoom(options.turn);
    this.#h2c = options.h2c ?? false;
    this.#ja4 = options.readsJa4 === true ? new Ja4() : null;
    this.#state = new State(options.settings, options.clock.monotonic());
    const accept = (socket: Socket) => this.#accept(socket);
    // TLS, which streams may end as well, takes what it reads out of the socket's stream.
    const isClear = !options.tls && options.name !== "stream";
    this.#server = isClear ? new InletServer(accept) : createServer({ allowHalfOpen: true }, accept);
  }

  get name(): ListenerName {
    return this.#options.name;
  }

  get hostname(): string {
    return this.#options.hostname;
  }

  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  async listen(): Promise<void> {
    const { hostname, port, reusePort, logger, name } = this.#options;
    await new Promise<void>((resolve, reject) => {
      const failed = (error: Error) => reject(listenError(error, hostname, port));
      this.#server.once("error", failed);
      this.#server.listen({ host: hostname, port, backlog: BACKLOG, reusePort: reusePort ?? false }, () => {
        this.#server.off("error", failed);
        resolve();
      });
    });
    // Later ones are about single accepts (too many open files): the listener lives on.
    this.#server.on(
      "error",
      (error) => logger?.error("accept failed", { listener: name, error: error.message }),
    );
    const address = this.#server.address();
    this.#port = typeof address === "object" && address !== null ? address.port : port;
    this.#startSweep();
  }

  stopAccepting(): void {
    if (this.#serverClosed) return;
    this.#serverClosed = true;
    this.#server.close();
    for (const intake of [...this.#intakes]) intake.fail("Aegis stops");
    if (this.#connections.size === 0) this.#empty();
  }

  async drain(deadlineMs: number, streamsMs = STREAMS_DRAIN_MS): Promise<void> {
    this.#state.draining = true;
    this.stopAccepting();
    for (const connection of this.#connections) connection.drain();
    const streams = setTimeout(() => this.#endStreams(), Math.min(streamsMs, deadlineMs));
    const all = setTimeout(() => this.#destroyAll(), deadlineMs);
    await this.#whenEmpty();
    clearTimeout(streams);
    clearTimeout(all);
  }

  async destroy(): Promise<void> {
    this.stopAccepting();
    this.#destroyAll();
    await this.#whenEmpty();
  }

  endBanned(whyBanned: WhyBanned): void {
    for (const connection of [...this.#connections]) connection.endBanned(whyBanned);
  }

  updateSettings(settings: ServerSettings): void {
    this.#state.settings = settings;
    if (this.#timer !== undefined) this.#startSweep();
  }

  allowH2c(isAllowed: boolean): void {
    this.#h2c = isAllowed;
  }

  #accept(socket: Socket): void {
    const peerAddress = peerAddressText(socket.remoteAddress);
    const open = this.#connections.size + this.#intakes.size;
    if (open >= this.#state.settings.max_connections || this.#serverClosed) {
      socket.resetAndDestroy();
      return;
    }
    if (this.#options.isProxy?.(peerAddress)) this.#awaitProxyHeader(socket, peerAddress);
    else this.#serve(socket, peerAddress, null);
  }

  /** [SECURITY] A listed sender must say whose connection it passes on; from here on that client counts, not the sender. */
  #awaitProxyHeader(socket: Socket, sender: string): void {
    const { logger, name } = this.#options;
    const intake = new ProxyIntake(socket, this.#state.settings.handshake_timeout_ms, (header, detail) => {
      this.#intakes.delete(intake);
      if (header === null) {
        logger?.warn("a connection without its PROXY header", { listener: name, peer: sender, why: detail });
      } else {
        // LOCAL and UNKNOWN: the sender speaks for itself.
        this.#serve(socket, header.source?.address ?? sender, header.source?.port ?? null);
      }
    });
    this.#intakes.add(intake);
  }

  #serve(socket: Socket, peerAddress: string, peerPort: number | null): void {
    const { certificates, clock, handler, name, plainHandler, tls } = this.#options;
    if (!handler.connected(peerAddress, name)) {
      socket.resetAndDestroy();
      return;
    }
    socket.setNoDelay(true);
    const connection = new Accepted(socket, {
      listener: name,
      peerAddress,
      peerPort,
      handler,
      clock,
      ids: this.#ids,
      date: this.#date,
      room: this.#room,
      state: this.#state,
      certificates: tls ? certificates : null,
      h2c: this.#h2c,
      plainHandler: plainHandler ?? null,
      router: this.#options.router?.() ?? null,
      doorOf: this.#options.doorOf?.() ?? null,
      ja4: this.#ja4,
      gone: (which) => this.#gone(which),
    });
    this.#connections.add(connection);
  }

  #gone(connection: Accepted): void {
    this.#connections.delete(connection);
    this.#options.handler.disconnected(connection.peerAddress);
    if (this.#serverClosed && this.#connections.size === 0) this.#empty();
  }

  #endStreams(): void {
    for (const connection of [...this.#connections]) connection.endStreams();
  }

  #destroyAll(): void {
    for (const connection of [...this.#connections]) connection.destroy();
  }

  #whenEmpty(): Promise<void> {
    if (this.#connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#emptyWaiters.push(resolve));
  }

  #empty(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const resolve of this.#emptyWaiters.splice(0)) resolve();
  }

  /** One timer for every deadline of every connection: setting one is an assignment (see `Codec.check`). */
  #startSweep(): void {
    const { settings } = this.#state;
    const shortest = Math.min(
      settings.handshake_timeout_ms,
      settings.head_timeout_ms,
      settings.idle_timeout_ms,
      settings.body_timeout_ms,
      settings.write_timeout_ms,
      settings.min_body_rate_after_ms,
    );
    const sweepMs = Math.min(MAX_SWEEP_MS, Math.max(MIN_SWEEP_MS, Math.floor(shortest / 8)));
    // Settings come with every snapshot: a timer that each of them began anew would not come to its end.
    if (this.#timer !== undefined && sweepMs === this.#sweepMs) return;
    clearInterval(this.#timer);
    this.#sweepMs = sweepMs;
    this.#timer = setInterval(() => this.#sweep(), this.#sweepMs);
  }

  #sweep(): void {
    const now = this.#options.clock.monotonic();
    // What began since the last sweep bears the last sweep's time; so nothing is cut short by it, late as this one may be.
    const checked = Math.min(this.#state.nowMs, now - this.#sweepMs);
    this.#state.nowMs = now;
    const slow: [Accepted, SlowReader][] = [];
    for (const connection of this.#connections) {
      connection.check(checked);
      const reader = connection.slowReader(checked);
      if (reader !== null) slow.push([connection, reader]);
    }
    for (const connection of slowestToDrop(slow)) connection.tooSlow("client reads too slowly");
  }
}

function listenError(error: Error & { code?: string }, hostname: string, port: number): AegisError {
  const place = `${hostname}:${port}`;
  const remedy = error.code === "EADDRINUSE"
    ? `${place} is in use: stop the other program or choose another port`
    : error.code === "EACCES"
    ? `${place} is not permitted: run "setcap cap_net_bind_service=+ep" on the program, lower ` +
      "net.ipv4.ip_unprivileged_port_start, or choose a port over 1023"
    : `cannot listen on ${place}`;
  return new AegisError("port_unavailable", remedy, {
    privateText: `${remedy} (${error.message})`,
    cause: error,
  });
}
