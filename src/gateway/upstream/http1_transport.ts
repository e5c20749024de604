import type { Clock } from "../../core/clock.ts";
import type {
  Transport,
  UpstreamCall,
  UpstreamFailure,
  UpstreamRequest,
  UpstreamSink,
} from "../../core/ports.ts";
import type { Target } from "../../core/host.ts";
import { DeadlineSweep } from "../../lib/deadline_sweep.ts";
import { WriteRoom } from "../../lib/write_room.ts";
import { Dialer } from "./dialer.ts";
import { Http1Call } from "./http1_call.ts";
import { DEFAULT_POOL_LIMITS, Pool, type PoolLimits } from "./pool.ts";
import { serialiseRequestHead } from "./request_head.ts";
import { type Lookup, Resolver, systemLookup } from "./resolver.ts";
import { parseTarget } from "./target_rule.ts";

export interface Http1TransportOptions {
  readonly clock: Clock;
  /** `upstreams.allow_private`: private and loopback targets are allowed. */
  readonly allowPrivate: boolean;
  /** `upstream_socket_dir`: targets on unix sockets live below it; absent: there are none. */
  readonly socketDir?: string | null;
  readonly limits?: Partial<PoolLimits>;
  readonly lookup?: Lookup;
  /** PEM certificates that targets' chains may end in, besides the built-in roots. */
  readonly authorities?: readonly string[];
}

/** HTTP/1.1 to targets over pooled raw sockets. One for a thread; the pools are per target. */
export class Http1Transport implements Transport {
  readonly #clock: Clock;
  readonly #limits: PoolLimits;
  readonly #sweep: DeadlineSweep;
  readonly #dialer: Dialer;
  readonly #room = new WriteRoom();
  /** By target URL, apart for those whose certificate is verified: they never share a connection. */
  readonly #verified = new Map<string, Pool>();
  readonly #unverified = new Map<string, Pool>();
  /** Pools of an earlier rule, until their last connection ends. */
  readonly #retired = new Set<Pool>();

  constructor(options: Http1TransportOptions) {
    this.#clock = options.clock;
    this.#limits = { ...DEFAULT_POOL_LIMITS, ...options.limits };
    this.#sweep = new DeadlineSweep(options.clock);
    const resolver = new Resolver(options.clock, options.lookup ?? systemLookup);
    this.#dialer = new Dialer(resolver, this.#sweep, options.authorities ?? []);
    this.#dialer.allowPrivate = options.allowPrivate;
    this.#dialer.socketDir = options.socketDir ?? null;
  }

  /** With a new snapshot. Where it changes, no connection made under the old rule takes another request. */
  setAllowPrivate(allowPrivate: boolean): void {
    if (this.#dialer.allowPrivate === allowPrivate) return;
    this.#dialer.allowPrivate = allowPrivate;
    for (const pools of [this.#verified, this.#unverified]) {
      for (const pool of pools.values()) {
        this.#retired.add(pool);
        pool.retire();
      }
      pools.clear();
    }
  }

  send(request: UpstreamRequest, sink: UpstreamSink): UpstreamCall {
    const pool = this.#pool(request.target);
    if (typeof pool === "string") return failLater(sink, "upstream_connect", pool);
    const head = serialiseRequestHead(request);
    if (head === null) {
      return failLater(sink, "upstream_protocol", "the request cannot be written as HTTP/1.1");
    }
    const call = new Http1Call(request, head, sink, pool, this.#sweep);
    call.begin();
    return call;
  }

  /**
   * Connects to a target (with handshake where it is TLS) and closes again, outside of the pool. `done` is called once,
   * after this has returned: with null, or why it could not.
   */
  tryConnect(target: Target, connectMs: number, done: (failure: UpstreamFailure | null) => void): void {
    const endpoint = parseTarget(target.url);
    if (typeof endpoint === "string") {
      return queueMicrotask(() => done({ reason: "upstream_connect", detail: endpoint, sent: false }));
    }
    this.#dialer.dial({ endpoint, verifyTls: target.verify_tls, connectMs }, (socket, failure) => {
      socket?.destroy();
      done(failure);
    });
  }

  /** Connections to all targets: open at all, and idle among them. */
  counts(): { open: number; idle: number } {
    let open = 0;
    let idle = 0;
    for (const pool of this.#pools()) {
      open += pool.open;
      idle += pool.idle;
    }
    return { open, idle };
  }

  /** Ends everything at once, requests under way too (they fail). The transport can be used again afterwards. */
  close(): void {
    this.#dialer.close();
    for (const pool of this.#pools()) pool.destroy();
  }

  #pools(): Pool[] {
    return [...this.#verified.values(), ...this.#unverified.values(), ...this.#retired];
  }

  #pool(target: Target): Pool | string {
    const pools = target.verify_tls ? this.#verified : this.#unverified;
    const known = pools.get(target.url);
    if (known !== undefined) return known;
    const endpoint = parseTarget(target.url);
    if (typeof endpoint === "string") return endpoint;
    const pool: Pool = new Pool({
      endpoint,
      verifyTls: target.verify_tls,
      limits: this.#limits,
      dialer: this.#dialer,
      clock: this.#clock,
      sweep: this.#sweep,
      room: this.#room,
      // A pool lives as long as it has connections, so targets that are gone leave nothing behind.
      onEmpty: () => {
        this.#retired.delete(pool);
        if (pools.get(target.url) === pool) pools.delete(target.url);
      },
    });
    pools.set(target.url, pool);
    return pool;
  }
}

/** A call that failed before it began; the sink learns it after `send` has returned. */
function failLater(sink: UpstreamSink, reason: UpstreamFailure["reason"], detail: string): UpstreamCall {
  let isAborted = false;
  queueMicrotask(() => {
    if (!isAborted) sink.failed({ reason, detail, sent: false });
  });
  return {
    abort: () => {
      isAborted = true;
    },
    pause: () => {},
    resume: () => {},
  };
}
