import net from "node:net";
import type { Socket } from "node:net";
import tls from "node:tls";
import type { UpstreamFailure } from "../../core/ports.ts";
import type { UpstreamTls } from "../../core/upstream_tls.ts";
import type { Deadlined, DeadlineSweep } from "../../lib/deadline_sweep.ts";
import type { Inlet } from "./inlet.ts";
import type { Resolver } from "./resolver.ts";
import { addressRefusal, type Endpoint, endpointText } from "./target_rule.ts";
import { tlsOptions } from "./tls_options.ts";
import { socketRefusal } from "./unix_socket.ts";

export interface DialOptions {
  readonly endpoint: Endpoint;
  readonly verifyTls: boolean;
  /** How the host says that its targets are spoken to; null: as usual. */
  readonly tls: UpstreamTls | null;
  /** What is offered by ALPN (RFC 7301). */
  readonly alpn: readonly string[];
  /** For everything: resolving, connecting, handshake. */
  readonly connectMs: number;
  /** Takes what the socket reads; absent: the socket has `data` events. */
  readonly inlet?: Inlet;
}

/** Called exactly once, never before `dial` returns. The socket has no listener but a silent one for `error`. */
export type DialDone = (socket: Socket | null, failure: UpstreamFailure | null) => void;

/** Makes connections: resolves, applies the target rule to the very address it then connects to, shakes hands. */
export class Dialer {
  /** `upstreams.allow_private` of the snapshot. */
  allowPrivate = true;
  /** `upstream_socket_dir`; null: no target is on a unix socket. */
  socketDir: string | null = null;
  readonly #resolver: Resolver;
  readonly #sweep: DeadlineSweep;
  readonly #authorities: string[] | null;
  readonly #attempts = new Set<Attempt>();

  /** `authorities`: PEM certificates to trust besides the built-in roots. */
  constructor(resolver: Resolver, sweep: DeadlineSweep, authorities: readonly string[] = []) {
    this.#resolver = resolver;
    this.#sweep = sweep;
    this.#authorities = authorities.length === 0 ? null : [...tls.rootCertificates, ...authorities];
  }

  dial(options: DialOptions, done: DialDone): void {
    const attempt = new Attempt(options, this.#sweep, this.#authorities, (socket, failure) => {
      this.#attempts.delete(attempt);
      if (failure !== null && !options.endpoint.isAddress) this.#resolver.forget(options.endpoint.host);
      done(socket, failure);
    });
    this.#attempts.add(attempt);
    const { host, isAddress, isSocket } = options.endpoint;
    if (isSocket) queueMicrotask(() => attempt.startSocket(socketRefusal(host, this.socketDir)));
    else if (isAddress) queueMicrotask(() => attempt.start([host], this.allowPrivate));
    else queueMicrotask(() => this.#resolve(attempt, host));
  }

  /** Gives up whatever is under way. */
  close(): void {
    for (const attempt of [...this.#attempts]) attempt.cancel("the gateway stops");
  }

  #resolve(attempt: Attempt, host: string): void {
    this.#resolver.resolve(host, (error, addresses) => {
      if (error === null) attempt.start(addresses, this.allowPrivate);
      else attempt.cancel(`${host} does not resolve: ${error.message}`);
    });
  }
}

const CONNECT_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
  ETIMEDOUT: "connection timed out",
  EACCES: "permission denied",
};

function connectError(error: NodeJS.ErrnoException): string {
  return CONNECT_ERRORS[error.code ?? ""] ?? error.message;
}

/** One connection being made; tries the allowed addresses one after the other. */
class Attempt implements Deadlined {
  deadline: number;
  sweepAt = -1;
  readonly #options: DialOptions;
  readonly #sweep: DeadlineSweep;
  readonly #authorities: string[] | null;
  readonly #done: DialDone;
  /** When all of it must be over; `deadline` is when the address at hand must answer. */
  readonly #endsAt: number;
  #candidates: string[] = [];
  #socket: Socket | null = null;
  #over = false;
  #lastError = "";

  constructor(options: DialOptions, sweep: DeadlineSweep, authorities: string[] | null, done: DialDone) {
    this.#options = options;
    this.#sweep = sweep;
    this.#authorities = authorities;
    this.#done = done;
    this.#endsAt = sweep.after(options.connectMs);
    this.deadline = this.#endsAt;
    sweep.add(this);
  }

  start(addresses: readonly string[], allowPrivate: boolean): void {
    if (this.#over) return;
    for (const address of addresses) {
      const refusal = addressRefusal(address, allowPrivate);
      if (refusal === null) this.#candidates.push(address);
      else this.#lastError = refusal;
    }
    this.#next();
  }

  /** Of a unix socket; `refusal`: why not. */
  startSocket(refusal: string | null): void {
    if (this.#over) return;
    if (refusal !== null) return this.cancel(refusal);
    this.#candidates.push(this.#options.endpoint.host);
    this.#next();
  }

  onDeadline(): void {
    // Its closing brings the next one.
    if (this.#candidates.length > 0 && this.#socket !== null) return void this.#socket.destroy();
    const detail = `no connection to ${
      endpointText(this.#options.endpoint)
    } within ${this.#options.connectMs} ms`;
    this.#finish(null, { reason: "upstream_timeout", detail, sent: false });
  }

  cancel(detail: string): void {
    this.#finish(null, { reason: "upstream_connect", detail, sent: false });
  }

  #next(): void {
    const address = this.#candidates.shift();
    if (address === undefined) return this.cancel(this.#lastError);
    const now = this.#sweep.after(0);
    this.deadline = now + (this.#endsAt - now) / (this.#candidates.length + 1);
    const { endpoint, inlet } = this.#options;
    const plain = { allowHalfOpen: true, ...(inlet === undefined ? {} : { onread: inlet.onread }) };
    const socket = endpoint.tls
      ? this.#connectTls(address)
      : endpoint.isSocket
      ? net.connect({ path: address, ...plain })
      : net.connect({ host: address, port: endpoint.port, ...plain });
    this.#socket = socket;
    // The handler that stays: a socket's error before it has an owner must not end the thread.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      const where = endpoint.isAddress || endpoint.isSocket ? "" : ` (${address})`;
      this.#lastError = `${endpointText(endpoint)}${where}: ${connectError(error)}`;
    });
    const onClose = () => {
      if (this.#socket === socket && !this.#over) this.#next();
    };
    socket.once("close", onClose);
    socket.once(endpoint.tls ? "secureConnect" : "connect", () => {
      if (this.#socket !== socket || this.#over) return;
      socket.off("close", onClose);
      socket.setNoDelay(true);
      if (endpoint.tls) inlet?.listen(socket);
      this.#finish(socket, null);
    });
  }

  #connectTls(address: string): Socket {
    const { endpoint, verifyTls, tls: said, alpn } = this.#options;
    return tls.connect({
      host: address,
      port: endpoint.port,
      rejectUnauthorized: verifyTls,
      ALPNProtocols: [...alpn],
      ...tlsOptions(endpoint, said, this.#authorities),
    });
  }

  #finish(socket: Socket | null, failure: UpstreamFailure | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#sweep.delete(this);
    if (socket === null) this.#socket?.destroy();
    this.#done(socket, failure);
  }
}
