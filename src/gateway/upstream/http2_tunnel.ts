import type { BodySink, BodySource } from "../../core/body.ts";
import type { Tunnel } from "../../core/exchange.ts";
import type { Deadlined, DeadlineSweep } from "../../lib/deadline_sweep.ts";
import type { Http2Body } from "../listener/http2/request_body.ts";
import { tunnelEnd, type TunnelTimeouts } from "./upstream_tunnel.ts";

export interface Http2TunnelParts {
  readonly body: Http2Body;
  readonly sweep: DeadlineSweep;
  readonly timeouts: TunnelTimeouts;
  /** False: wait for `drained`. */
  send(chunk: Uint8Array): boolean;
  sendEnd(): void;
  /** The stream is given up. */
  leave(): void;
}

/** The target's side of an Extended CONNECT (RFC 8441, 5): DATA of one stream both ways, within its time limits. */
export class Http2UpstreamTunnel implements Tunnel, BodySource, Deadlined {
  readonly length = null;
  onDrain: (() => void) | null = null;
  deadline: number;
  sweepAt = -1;
  readonly #parts: Http2TunnelParts;
  readonly #endsAt: number;
  #over = false;

  constructor(parts: Http2TunnelParts) {
    const { sweep, timeouts } = parts;
    this.#parts = parts;
    this.#endsAt = timeouts.tunnel_total_ms === 0 ? Infinity : sweep.after(timeouts.tunnel_total_ms);
    this.deadline = Infinity;
    this.#moved();
    sweep.add(this);
  }

  get incoming(): BodySource {
    return this;
  }

  start(sink: BodySink): void {
    this.#parts.body.start({
      data: (chunk) => {
        this.#moved();
        sink.data(chunk);
      },
      end: (trailers) => sink.end(trailers),
      fail: (failure) => sink.fail(failure),
    });
  }

  pause(): void {
    this.#parts.body.pause();
  }

  resume(): void {
    this.#parts.body.resume();
  }

  write(chunk: Uint8Array): boolean {
    if (this.#over) return false;
    this.#moved();
    return chunk.length === 0 || this.#parts.send(chunk);
  }

  end(): void {
    if (!this.#over) this.#parts.sendEnd();
  }

  destroy(): void {
    this.#parts.leave();
  }

  /** What waited is sent. */
  drained(): void {
    this.#moved();
    this.onDrain?.();
  }

  /** Both sides have said their end; what has come is still to be taken. */
  finished(): void {
    this.#over = true;
    this.#parts.sweep.delete(this);
  }

  /** The stream is over. */
  lost(): void {
    if (this.#over) return;
    this.#over = true;
    this.#parts.sweep.delete(this);
    this.#parts.body.fail({ kind: "gone", detail: "the target's stream is over" });
  }

  onDeadline(): void {
    this.#parts.body.fail(tunnelEnd(this.#parts.timeouts, this.deadline === this.#endsAt));
    this.#parts.leave();
  }

  #moved(): void {
    this.deadline = Math.min(this.#endsAt, this.#parts.sweep.after(this.#parts.timeouts.tunnel_idle_ms));
  }
}
