import type { Transport, UpstreamCall, UpstreamRequest, UpstreamSink } from "../../core/ports.ts";
import { WriteRoom } from "../../lib/write_room.ts";
import { alpnOf } from "./alpn.ts";
import { failLater, type TransportParts } from "./http1_transport.ts";
import { Http2Call } from "./http2_call.ts";
import { Http2Pool } from "./http2_pool.ts";
import { requestFields } from "./http2_request_fields.ts";
import { parseTarget } from "./target_rule.ts";

/** HTTP/2 to targets, over TLS and by prior knowledge (h2c). One for a thread; the pools are per target. */
export class Http2Transport implements Transport {
  readonly #parts: TransportParts;
  readonly #room: WriteRoom;
  /** By how the target is spoken to and its URL: what was verified in another way is never shared. */
  readonly #pools = new Map<string, Http2Pool>();
  readonly #retired = new Set<Http2Pool>();

  constructor(parts: TransportParts) {
    this.#parts = parts;
    this.#room = new WriteRoom(parts.turn);
  }

  send(request: UpstreamRequest, sink: UpstreamSink): UpstreamCall {
    const pool = this.#pool(request);
    if (typeof pool === "string") return failLater(sink, "upstream_connect", pool);
    const fields = requestFields(request, request.target.url.startsWith("https:") ? "https" : "http");
    if (fields === null) {
      return failLater(sink, "upstream_protocol", "the request cannot be written as HTTP/2");
    }
    const call = new Http2Call(request, fields, sink, pool, this.#parts.sweep);
    call.begin();
    return call;
  }

  /** The rule for targets has changed: no connection made under the old one takes another request. */
  retireAll(): void {
    for (const pool of this.#pools.values()) {
      this.#retired.add(pool);
      pool.retire();
    }
    this.#pools.clear();
  }

  counts(): { open: number; idle: number } {
    let open = 0;
    let idle = 0;
    for (const pool of [...this.#pools.values(), ...this.#retired]) {
      open += pool.open;
      idle += pool.idle;
    }
    return { open, idle };
  }

  close(): void {
    for (const pool of [...this.#pools.values(), ...this.#retired]) pool.destroy();
    this.#pools.clear();
  }

  #pool(request: UpstreamRequest): Http2Pool | string {
    const { target } = request;
    const tls = request.tls ?? null;
    const name = `${tls?.key ?? ""} ${target.verify_tls} ${target.url}`;
    const known = this.#pools.get(name);
    if (known !== undefined) return known;
    const endpoint = parseTarget(target.url);
    if (typeof endpoint === "string") return endpoint;
    const { clock, dialer, limits, sweep } = this.#parts;
    const pool: Http2Pool = new Http2Pool({
      dial: { endpoint, verifyTls: target.verify_tls, tls, alpn: alpnOf("h2") },
      clock,
      dialer,
      limits,
      sweep,
      room: this.#room,
      onEmpty: () => {
        this.#retired.delete(pool);
        if (this.#pools.get(name) === pool) this.#pools.delete(name);
      },
    });
    this.#pools.set(name, pool);
    return pool;
  }
}
