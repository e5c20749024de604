import type { Clock } from "../../core/clock.ts";
import type { UpstreamFailure } from "../../core/ports.ts";
import type { Deadlined, DeadlineSweep } from "../../lib/deadline_sweep.ts";
import type { WriteRoom } from "../../lib/write_room.ts";
import { KnownLines } from "../listener/http1/known_lines.ts";
import { Connection } from "./connection.ts";
import type { Dialer, DialOptions } from "./dialer.ts";
import type { ReadRoom } from "../listener/read_room.ts";
import { Inlet } from "./inlet.ts";
import type { Endpoint } from "./target_rule.ts";

/** Bounds of one target's connections in one thread. */
export interface PoolLimits {
  /** Open at once: being made, in use and idle. */
  readonly maxConnections: number;
  /** Connections that were upgraded. They last, so that they would starve the requests if they were counted among them. */
  readonly maxTunnels: number;
  /** What HTTP/2 clients ask for side by side comes back side by side: fewer than that means dialling all the time. */
  readonly maxIdle: number;
  /** Requests that wait for one of them; beyond it `overload`. */
  readonly maxWaiting: number;
  readonly idleMs: number;
}

export const DEFAULT_POOL_LIMITS: PoolLimits = Object.freeze({
  maxConnections: 2_048,
  maxTunnels: 16_384,
  maxIdle: 512,
  maxWaiting: 1_024,
  idleMs: 30_000,
});

/**
 * A request that needs a connection; it watches its own deadline, which the pool sets while it waits. Exactly one of the two is called, once, unless it was
 * withdrawn.
 */
export interface Applicant extends Deadlined {
  readonly connectMs: number;
  /** The method is idempotent (RFC 9110 §9.2.2): a person or client can repeat it when it is lost. */
  readonly isIdempotent: boolean;
  granted(connection: Connection): void;
  refused(failure: UpstreamFailure): void;
  readonly withdrawn: boolean;
}

/**
 * How long a connection may have been idle and still carry a request that must not be repeated. The target may have
 * closed it while its FIN was on the way; a request lost in that race can never be replayed (it may have arrived), so
 * the race is made rare instead: for such a request a connection is fresh or was in use a moment ago.
 */
const FRESH_ENOUGH_MS = 1_000;

/** The connections to one target. Last in, first out, so that the least used ones grow old and go. */
export class Pool implements Deadlined {
  deadline = Infinity;
  sweepAt = -1;
  /** What the heads of the target's answers have in common. */
  readonly answerLines = new KnownLines();
  readonly #endpoint: Endpoint;
  readonly #options: Omit<DialOptions, "connectMs">;
  readonly #limits: PoolLimits;
  readonly #dialer: Dialer;
  readonly #clock: Clock;
  readonly #sweep: DeadlineSweep;
  readonly #room: WriteRoom;
  readonly #readRoom: ReadRoom;
  readonly #onEmpty: () => void;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #tunnels = new Set<Connection>();
  readonly #waiting = new Set<Applicant>();
  #dialing = 0;
  #closed = false;

  constructor(parts: {
    dial: Omit<DialOptions, "connectMs">;
    limits: PoolLimits;
    dialer: Dialer;
    clock: Clock;
    sweep: DeadlineSweep;
    room: WriteRoom;
    readRoom: ReadRoom;
    onEmpty: () => void;
  }) {
    this.#endpoint = parts.dial.endpoint;
    this.#options = parts.dial;
    this.#limits = parts.limits;
    this.#dialer = parts.dialer;
    this.#clock = parts.clock;
    this.#sweep = parts.sweep;
    this.#room = parts.room;
    this.#readRoom = parts.readRoom;
    this.#onEmpty = parts.onEmpty;
  }

  /** Connections for requests; those that were upgraded are apart. */
  get open(): number {
    return this.#all.size + this.#dialing;
  }

  get upgraded(): number {
    return this.#tunnels.size;
  }

  get idle(): number {
    return this.#idle.length;
  }

  /** Grants at once where a connection is idle; else dials or lets the applicant wait, within the limits. */
  apply(applicant: Applicant): void {
    const connection = this.#takeIdle(applicant.isIdempotent || this.open >= this.#limits.maxConnections);
    if (connection !== null) return applicant.granted(connection);
    if (this.open < this.#limits.maxConnections) return this.#dial(applicant);
    if (this.#waiting.size >= this.#limits.maxWaiting) {
      return applicant.refused(
        overload(`${this.#limits.maxWaiting} requests wait for ${this.#endpoint.host}`),
      );
    }
    applicant.deadline = this.#sweep.after(applicant.connectMs);
    this.#waiting.add(applicant);
  }

  /** The applicant no longer waits (gone, or its deadline passed). */
  withdraw(applicant: Applicant): void {
    this.#waiting.delete(applicant);
  }

  /** A response ended cleanly and the connection can carry another request, for `keepAliveMs` if the target said so. */
  release(connection: Connection, keepAliveMs: number): void {
    connection.user = null;
    if (!connection.usable || this.#closed) return connection.destroy();
    const next = this.#firstWaiting();
    if (next !== null) return next.granted(connection);
    if (this.#idle.length >= this.#limits.maxIdle) return connection.destroy();
    const now = this.#clock.monotonic();
    connection.idleSince = now;
    connection.idleUntil = now + Math.min(this.#limits.idleMs, keepAliveMs);
    this.#idle.push(connection);
    if (this.deadline === Infinity) {
      this.deadline = connection.idleUntil;
      this.#sweep.add(this);
    }
  }

  /** The connection was upgraded: it carries no further request. False: there are too many of them. */
  tunnels(connection: Connection): boolean {
    if (this.#tunnels.size >= this.#limits.maxTunnels) return false;
    this.#all.delete(connection);
    this.#tunnels.add(connection);
    this.#freed();
    return true;
  }

  /** Closes what has been idle for too long. */
  onDeadline(): void {
    const now = this.#clock.monotonic();
    let next = Infinity;
    for (const connection of [...this.#idle]) {
      if (connection.idleUntil <= now) connection.destroy();
      else next = Math.min(next, connection.idleUntil);
    }
    this.deadline = next;
    if (next === Infinity) this.#sweep.delete(this);
  }

  /** Closes idle connections now and others once they are released. */
  retire(): void {
    this.#closed = true;
    for (const connection of [...this.#idle]) connection.destroy();
    this.#freed();
  }

  /** Closes every connection; requests on them fail. */
  destroy(): void {
    this.#closed = true;
    for (const applicant of [...this.#waiting]) {
      this.#waiting.delete(applicant);
      applicant.refused(overload("the gateway stops"));
    }
    for (const connection of [...this.#all, ...this.#tunnels]) connection.destroy();
    this.deadline = Infinity;
    this.#sweep.delete(this);
  }

  #takeIdle(anyAge: boolean): Connection | null {
    const now = this.#clock.monotonic();
    for (;;) {
      const connection = this.#idle.at(-1);
      if (connection === undefined) return null;
      // Last in, first out: where the freshest is too old for this request, all are.
      if (!anyAge && now - connection.idleSince > FRESH_ENOUGH_MS) return null;
      this.#idle.pop();
      if (connection.usable && connection.idleUntil > now) return connection;
      connection.destroy();
    }
  }

  #firstWaiting(): Applicant | null {
    // Each answer asks, and hardly ever does anybody wait: no iterator for that.
    if (this.#waiting.size === 0) return null;
    for (const applicant of this.#waiting) {
      this.#waiting.delete(applicant);
      return applicant;
    }
    return null;
  }

  #dial(applicant: Applicant): void {
    this.#dialing++;
    // The dialer has its own deadline, and tells what it waited for.
    applicant.deadline = Infinity;
    const inlet = new Inlet(this.#readRoom);
    const options = { ...this.#options, connectMs: applicant.connectMs, inlet };
    this.#dialer.dial(options, (socket, failure) => {
      this.#dialing--;
      if (socket === null) {
        if (!applicant.withdrawn) applicant.refused(failure!);
        return this.#freed();
      }
      const connection = new Connection(socket, inlet, this.#room, (gone) => this.#gone(gone));
      this.#all.add(connection);
      if (applicant.withdrawn) this.release(connection, this.#limits.idleMs);
      else applicant.granted(connection);
    });
  }

  #gone(connection: Connection): void {
    this.#all.delete(connection);
    this.#tunnels.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#freed();
  }

  #freed(): void {
    if (this.open < this.#limits.maxConnections && !this.#closed) {
      const next = this.#firstWaiting();
      if (next !== null) return this.#dial(next);
    }
    if (this.open > 0 || this.#tunnels.size > 0 || this.#waiting.size > 0) return;
    this.deadline = Infinity;
    this.#sweep.delete(this);
    this.#onEmpty();
  }
}

function overload(detail: string): UpstreamFailure {
  return { reason: "overload", detail, sent: false };
}
