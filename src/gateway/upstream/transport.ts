import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../../core/clock.ts";
import type { Target } from "../../core/target.ts";
import type {
  Transport,
  UpstreamCall,
  UpstreamFailure,
  UpstreamRequest,
  UpstreamSink,
} from "../../core/ports.ts";
import type { UpstreamTls } from "../../core/upstream_tls.ts";
import { Turn } from "../../lib/turn.ts";
import { DeadlineSweep } from "../../lib/deadline_sweep.ts";
import { alpnOf, alpnRefusal } from "./alpn.ts";
import { Dialer } from "./dialer.ts";
import { Http1Transport } from "./http1_transport.ts";
import { Http2Transport } from "./http2_transport.ts";
import { DEFAULT_POOL_LIMITS, type PoolLimits } from "./pool.ts";
import { type Lookup, Resolver, systemLookup } from "./resolver.ts";
import { type Endpoint, parseTarget } from "./target_rule.ts";

export interface UpstreamTransportOptions {
  readonly clock: Clock;
  /** Of the thread; absent: its own. */
  readonly turn?: Turn;
  /** `upstreams.allow_private`: private and loopback targets are allowed. */
  readonly allowPrivate: boolean;
  /** `upstream_socket_dir`: targets on unix sockets live below it; absent: there are none. */
  readonly socketDir?: string | null;
  readonly limits?: Partial<PoolLimits>;
  readonly lookup?: Lookup;
  /** PEM certificates that targets' chains may end in, besides the built-in roots. */
  readonly authorities?: readonly string[];
}

/** The way to all targets of one thread: one name resolution and one dialer behind a transport for each protocol. */
export class UpstreamTransport implements Transport {
  readonly #dialer: Dialer;
  readonly #http1: Http1Transport;
  readonly #http2: Http2Transport;

  constructor(options: UpstreamTransportOptions) {
    const { clock } = options;
    const sweep = new DeadlineSweep(clock);
    const limits = { ...DEFAULT_POOL_LIMITS, ...options.limits };
    this.#dialer = new Dialer(
      new Resolver(clock, options.lookup ?? systemLookup),
      sweep,
      options.authorities ?? [],
    );
    this.#dialer.allowPrivate = options.allowPrivate;
    this.#dialer.socketDir = options.socketDir ?? null;
    const parts = { clock, limits, sweep, dialer: this.#dialer, turn: options.turn ?? new Turn() };
    this.#http1 = new Http1Transport(parts);
    this.#http2 = new Http2Transport(parts);
  }

  send(request: UpstreamRequest, sink: UpstreamSink): UpstreamCall {
    return request.target.protocol === "h2"
      ? this.#http2.send(request, sink)
      : this.#http1.send(request, sink);
  }

  /** With a new snapshot. Where it changes, no connection made under the old rule takes another request. */
  setAllowPrivate(allowPrivate: boolean): void {
    if (this.#dialer.allowPrivate === allowPrivate) return;
    this.#dialer.allowPrivate = allowPrivate;
    this.#http1.retireAll();
    this.#http2.retireAll();
  }

  /**
   * Connects to a target (with handshake where it is TLS) and closes again, outside of the pools. `done` is called once,
   * after this has returned: with null, or why it could not.
   */
  tryConnect(
    target: Target,
    tls: UpstreamTls | null,
    connectMs: number,
    done: (failure: UpstreamFailure | null) => void,
  ): void {
    this.#try(target, tls, target.verify_tls, connectMs, (socket, failure, endpoint) => {
      const refusal = socket === null ? null : alpnRefusal(socket, endpoint!, target.protocol);
      socket?.destroy();
      done(
        failure ?? (refusal === null ? null : { reason: "upstream_protocol", detail: refusal, sent: false }),
      );
    });
  }

  /** As `tryConnect`, without verifying: who asks looks at the socket's certificates itself, and closes it. */
  openUnverified(
    target: Target,
    tls: UpstreamTls | null,
    connectMs: number,
    done: (socket: TLSSocket | null, failure: UpstreamFailure | null) => void,
  ): void {
    this.#try(target, tls, false, connectMs, (socket, failure) => done(socket as TLSSocket | null, failure));
  }

  /** Connections to all targets: open at all, and idle among them. */
  counts(): { open: number; idle: number } {
    const [a, b] = [this.#http1.counts(), this.#http2.counts()];
    return { open: a.open + b.open, idle: a.idle + b.idle };
  }

  /** Ends everything at once, requests under way too (they fail). The transport can be used again afterwards. */
  close(): void {
    this.#dialer.close();
    this.#http1.close();
    this.#http2.close();
  }

  #try(
    target: Target,
    tls: UpstreamTls | null,
    verifyTls: boolean,
    connectMs: number,
    done: (
      socket: Socket | null,
      failure: UpstreamFailure | null,
      endpoint: Endpoint | null,
    ) => void,
  ): void {
    const endpoint = parseTarget(target.url);
    if (typeof endpoint === "string") {
      return queueMicrotask(() =>
        done(null, { reason: "upstream_connect", detail: endpoint, sent: false }, null)
      );
    }
    const alpn = alpnOf(target.protocol);
    this.#dialer.dial({ endpoint, verifyTls, tls, alpn, connectMs }, (socket, failure) => {
      done(socket, failure, endpoint);
    });
  }
}
