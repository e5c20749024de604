import type { Clock } from "../../core/clock.ts";
import type { UpstreamFailure } from "../../core/ports.ts";
import type { DeadlineSweep } from "../../lib/deadline_sweep.ts";
import type { WriteRoom } from "../../lib/write_room.ts";
import { alpnRefusal } from "./alpn.ts";
import type { Dialer, DialOptions } from "./dialer.ts";
import type { Http2Call } from "./http2_call.ts";
import type { CallSource } from "./http2_call_hosts.ts";
import { Http2TargetConnection, type TargetConnectionHost } from "./http2_connection.ts";
import type { PoolLimits } from "./pool.ts";

export interface Http2PoolParts {
  readonly dial: Omit<DialOptions, "connectMs">;
  readonly limits: PoolLimits;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly sweep: DeadlineSweep;
  readonly room: WriteRoom;
  onEmpty(): void;
}

/** Requests at one target at once, in one thread; further ones wait. */
const MAX_ACTIVE = 8_192;

/** The connections to one target: as few as its limit of streams allows, and requests that wait for a stream. */
export class Http2Pool implements CallSource<Http2Call>, TargetConnectionHost {
  readonly #parts: Http2PoolParts;
  /** Those that may take streams. */
  readonly #usable = new Set<Http2TargetConnection>();
  readonly #all = new Set<Http2TargetConnection>();
  readonly #waiting = new Set<Http2Call>();
  #dialing = 0;
  /** Streams that the target allowed on its last connection: how many more connections those who wait need. */
  #streamsEach = 1;
  /** Under an earlier rule: it serves who waits, and ends. */
  #isRetired = false;
  #isClosed = false;
  #isServing = false;

  constructor(parts: Http2PoolParts) {
    this.#parts = parts;
  }

  get open(): number {
    return this.#all.size + this.#dialing;
  }

  get idle(): number {
    let idle = 0;
    for (const connection of this.#all) if (connection.isIdle) idle++;
    return idle;
  }

  get isBusy(): boolean {
    for (const connection of this.#all) if (connection.isReady) return true;
    return false;
  }

  apply(call: Http2Call): void {
    const { limits, sweep, dial } = this.#parts;
    if (this.#waiting.size >= limits.maxWaiting) {
      return call.refused(overload(`${limits.maxWaiting} requests wait for ${dial.endpoint.host}`));
    }
    call.deadline = sweep.after(call.connectMs);
    this.#waiting.add(call);
    this.#serve();
  }

  withdraw(call: Http2Call): void {
    this.#waiting.delete(call);
  }

  /** Idle connections close now, others with their last stream. */
  retire(): void {
    this.#isRetired = true;
    this.#serve();
    this.#checkEmpty();
  }

  /** Ends everything; requests fail. */
  destroy(): void {
    this.#isClosed = true;
    this.#refuseAll(overload("the gateway stops"));
    for (const connection of [...this.#all]) connection.destroy("the gateway stops");
  }

  available(connection: Http2TargetConnection): void {
    this.#streamsEach = Math.max(1, connection.settings.maxStreams);
    this.#serve();
  }

  retired(connection: Http2TargetConnection): void {
    this.#usable.delete(connection);
  }

  gone(connection: Http2TargetConnection, detail: string): void {
    this.#all.delete(connection);
    this.#usable.delete(connection);
    // It never spoke HTTP/2: whoever waits for it would wait in vain.
    if (!connection.isReady && !this.#hasHope()) {
      this.#refuseAll({ reason: "upstream_protocol", detail, sent: false });
    }
    this.#serve();
    this.#checkEmpty();
  }

  /** Gives streams to those who wait, and dials where there are too few. */
  #serve(): void {
    // A call may fail, and another come, while it is given its stream.
    if (this.#isServing) return;
    this.#isServing = true;
    let room = MAX_ACTIVE - this.#active();
    for (const connection of this.#usable) {
      while (connection.room > 0 && this.#waiting.size > 0 && room-- > 0) this.#first().granted(connection);
    }
    this.#isServing = false;
    if (this.#isRetired && this.#waiting.size === 0) {
      for (const connection of [...this.#all]) connection.retire();
      return;
    }
    if (room <= 0) return;
    const { limits } = this.#parts;
    const coming = this.#dialing + [...this.#usable].filter(({ isReady }) => !isReady).length;
    const wanted = Math.ceil(this.#waiting.size / this.#streamsEach);
    for (
      let i = coming;
      i < wanted && this.open < limits.maxConnections && (i === 0 || this.#isKnown());
      i++
    ) {
      this.#dial();
    }
  }

  #active(): number {
    let active = 0;
    for (const connection of this.#all) active += connection.streams.size;
    return active;
  }

  /** Until a first connection has told how many streams there are, one is enough. */
  #isKnown(): boolean {
    return this.#all.size > 0;
  }

  #first(): Http2Call {
    const [call] = this.#waiting;
    this.#waiting.delete(call!);
    return call!;
  }

  #dial(): void {
    const { dialer, dial, clock, sweep, room, limits } = this.#parts;
    const [first] = this.#waiting;
    this.#dialing++;
    dialer.dial({ ...dial, connectMs: first!.connectMs }, (socket, failure) => {
      this.#dialing--;
      const refusal = socket === null ? null : alpnRefusal(socket, dial.endpoint, "h2");
      if (socket !== null && refusal === null && !this.#isClosed) {
        const connection = new Http2TargetConnection({
          socket,
          room,
          clock,
          sweep,
          idleMs: limits.idleMs,
          host: this,
        });
        this.#all.add(connection);
        this.#usable.add(connection);
        return;
      }
      socket?.destroy();
      if (!this.#hasHope()) {
        this.#refuseAll(
          failure ?? { reason: "upstream_protocol", detail: refusal ?? "the gateway stops", sent: false },
        );
      }
      this.#checkEmpty();
    });
  }

  /** Another connection is there or comes, so that those who wait may still get a stream. */
  #hasHope(): boolean {
    return this.#dialing > 0 || this.#usable.size > 0;
  }

  #refuseAll(failure: UpstreamFailure): void {
    for (const call of [...this.#waiting]) {
      this.#waiting.delete(call);
      call.refused(failure);
    }
  }

  #checkEmpty(): void {
    if (this.open === 0 && this.#waiting.size === 0) this.#parts.onEmpty();
  }
}

function overload(detail: string): UpstreamFailure {
  return { reason: "overload", detail, sent: false };
}
