import { Buffer } from "node:buffer";
import type { BodyFailure, BodySink, BodySource } from "../../core/body.ts";
import type { Tunnel } from "../../core/exchange.ts";
import type { HostTimeouts } from "../../core/host_timeouts.ts";
import type { Deadlined, DeadlineSweep } from "../../lib/deadline_sweep.ts";
import type { Connection, ConnectionUser } from "./connection.ts";

export type TunnelTimeouts = Pick<HostTimeouts, "tunnel_idle_ms" | "tunnel_total_ms">;

/** Why a tunnel whose deadline has passed is ended. */
export function tunnelEnd(timeouts: TunnelTimeouts, isTotal: boolean): BodyFailure {
  const detail = isTotal
    ? `tunnel open for ${timeouts.tunnel_total_ms} ms`
    : `tunnel idle for ${timeouts.tunnel_idle_ms} ms`;
  return { kind: "timeout", detail };
}

/** The target's side of an upgraded connection. It never goes back to the pool. */
export class UpstreamTunnel implements Tunnel, BodySource, ConnectionUser, Deadlined {
  readonly length = null;
  onDrain: (() => void) | null = null;
  deadline: number;
  sweepAt = -1;
  readonly #connection: Connection;
  readonly #sweep: DeadlineSweep;
  readonly #timeouts: TunnelTimeouts;
  readonly #endsAt: number;
  #sink: BodySink | null = null;
  /** What came in the same read as the 101. */
  #early: Buffer | null;
  #paused = false;
  /** Nothing more will be told to the sink. */
  #over = false;
  #failure: BodyFailure | null = null;

  /** `early` is copied; it is only valid during the call. */
  constructor(connection: Connection, early: Buffer, sweep: DeadlineSweep, timeouts: TunnelTimeouts) {
    this.#connection = connection;
    this.#sweep = sweep;
    this.#timeouts = timeouts;
    this.#endsAt = timeouts.tunnel_total_ms === 0 ? Infinity : sweep.after(timeouts.tunnel_total_ms);
    this.#early = early.length > 0 ? Buffer.from(early) : null;
    this.deadline = 0;
    this.#moved();
    sweep.add(this);
    connection.user = this;
    connection.socket.pause();
  }

  get incoming(): BodySource {
    return this;
  }

  start(sink: BodySink): void {
    this.#sink = sink;
    if (this.#failure !== null) return this.#tell(this.#failure);
    this.#flow();
  }

  pause(): void {
    this.#paused = true;
    this.#connection.socket.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#sink !== null) this.#flow();
  }

  write(chunk: Uint8Array): boolean {
    this.#moved();
    const { output } = this.#connection;
    output.bytes(chunk);
    output.flushSoon();
    return !output.congested;
  }

  end(): void {
    this.#connection.output.flush();
    this.#connection.socket.end();
  }

  destroy(): void {
    this.#over = true;
    this.#sweep.delete(this);
    this.#connection.destroy();
  }

  received(chunk: Buffer): void {
    this.#moved();
    if (!this.#over) this.#sink?.data(chunk);
  }

  ended(): void {
    if (this.#over) return;
    this.#over = true;
    this.#sink?.end(null);
  }

  drained(): void {
    this.#moved();
    this.onDrain?.();
  }

  closed(detail: string): void {
    this.#sweep.delete(this);
    this.#fail({ kind: "gone", detail });
  }

  onDeadline(): void {
    this.#fail(tunnelEnd(this.#timeouts, this.deadline === this.#endsAt));
    this.destroy();
  }

  /** Bytes went either way: idle from here on, but never past the end of it all. */
  #moved(): void {
    this.deadline = Math.min(this.#endsAt, this.#sweep.after(this.#timeouts.tunnel_idle_ms));
  }

  #flow(): void {
    const early = this.#early;
    if (early !== null) {
      this.#early = null;
      this.#sink!.data(early);
    }
    if (!this.#paused) this.#connection.socket.resume();
  }

  #fail(failure: BodyFailure): void {
    if (this.#over) return;
    if (this.#sink === null) this.#failure = failure;
    else this.#tell(failure);
  }

  #tell(failure: BodyFailure): void {
    this.#over = true;
    this.#sink!.fail(failure);
  }
}
