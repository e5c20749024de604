import type { Clock } from "../../core/clock.ts";
import type {
  Transport,
  UpstreamCall,
  UpstreamFailure,
  UpstreamRequest,
  UpstreamSink,
} from "../../core/ports.ts";
import type { Target } from "../../core/target.ts";
import type { UpstreamTls } from "../../core/upstream_tls.ts";
import type { DeadlineSweep } from "../../lib/deadline_sweep.ts";
import type { Turn } from "../../lib/turn.ts";
import { WriteRoom } from "../../lib/write_room.ts";
import { alpnOf } from "./alpn.ts";
import type { Dialer } from "./dialer.ts";
import { Http1Call } from "./http1_call.ts";
import { ReadRoom } from "../listener/read_room.ts";
import { Pool, type PoolLimits } from "./pool.ts";
import { serialiseRequestHead } from "./request_head.ts";
import { parseTarget } from "./target_rule.ts";

/** What the transports of a thread share, and how many connections one target may have. */
export interface TransportParts {
  readonly clock: Clock;
  readonly limits: PoolLimits;
  readonly sweep: DeadlineSweep;
  readonly dialer: Dialer;
  readonly turn: Turn;
}

/** HTTP/1.1 to targets over pooled raw sockets. One for a thread; the pools are per target. */
export class Http1Transport implements Transport {
  readonly #clock: Clock;
  readonly #limits: PoolLimits;
  readonly #sweep: DeadlineSweep;
  readonly #dialer: Dialer;
  readonly #room: WriteRoom;
  readonly #readRoom = new ReadRoom();
  /** By target URL, apart for those whose certificate is verified: they never share a connection. */
  readonly #verified = new Map<string, Pool>();
  readonly #unverified = new Map<string, Pool>();
  /** Of hosts that say how their targets are spoken to, by that and the URL. */
  readonly #special = new Map<string, Pool>();
  /** Pools of an earlier rule, until their last connection ends. */
  readonly #retired = new Set<Pool>();

  constructor(parts: TransportParts) {
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#sweep = parts.sweep;
    this.#dialer = parts.dialer;
    this.#room = new WriteRoom(parts.turn);
  }

  /** The rule for targets has changed: no connection made under the old one takes another request. */
  retireAll(): void {
    for (const pools of [this.#verified, this.#unverified, this.#special]) {
      for (const pool of pools.values()) {
        this.#retired.add(pool);
        pool.retire();
      }
      pools.clear();
    }
  }

  send(request: UpstreamRequest, sink: UpstreamSink): UpstreamCall {
    const pool = this.#pool(request.target, request.tls ?? null);
    if (typeof pool === "string") return failLater(sink, "upstream_connect", pool);
    const head = serialiseRequestHead(request);
    if (head === null) {
      return failLater(sink, "upstream_protocol", "the request cannot be written as HTTP/1.1");
    }
    const call = new Http1Call(request, head, sink, pool, this.#sweep);
    call.begin();
    return call;
  }

  /** Connections to all targets: open at all, and idle among them. */
  counts(): { open: number; idle: number } {
    let open = 0;
    let idle = 0;
    for (const pool of this.#pools()) {
      open += pool.open + pool.upgraded;
      idle += pool.idle;
    }
    return { open, idle };
  }

  /** Ends everything at once, requests under way too (they fail). The transport can be used again afterwards. */
  close(): void {
    for (const pool of this.#pools()) pool.destroy();
  }

  #pools(): Pool[] {
    return [
      ...this.#verified.values(),
      ...this.#unverified.values(),
      ...this.#special.values(),
      ...this.#retired,
    ];
  }

  #pool(target: Target, tls: UpstreamTls | null): Pool | string {
    // [SECURITY] A connection that was made with a certificate, or believed other authorities, serves its own host alone.
    const pools = tls !== null ? this.#special : target.verify_tls ? this.#verified : this.#unverified;
    const name = tls === null ? target.url : `${tls.key} ${target.verify_tls} ${target.url}`;
    const known = pools.get(name);
    if (known !== undefined) return known;
    const endpoint = parseTarget(target.url);
    if (typeof endpoint === "string") return endpoint;
    const pool: Pool = new Pool({
      dial: { endpoint, verifyTls: target.verify_tls, tls, alpn: alpnOf("http1") },
      limits: this.#limits,
      dialer: this.#dialer,
      clock: this.#clock,
      sweep: this.#sweep,
      room: this.#room,
      readRoom: this.#readRoom,
      // A pool lives as long as it has connections, so targets that are gone leave nothing behind.
      onEmpty: () => {
        this.#retired.delete(pool);
        if (pools.get(name) === pool) pools.delete(name);
      },
    });
    pools.set(name, pool);
    return pool;
  }
}

/** A call that failed before it began; the sink learns it after `send` has returned. */
export function failLater(
  sink: UpstreamSink,
  reason: UpstreamFailure["reason"],
  detail: string,
): UpstreamCall {
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
