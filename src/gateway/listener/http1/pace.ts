import type { ServerSettings } from "../../../core/snapshot.ts";
import type { SlowReader } from "../codec.ts";

/**
 * Whether a client sends its body fast enough (spec 01: no progress, or under the floor). Time counts only while we
 * would take bytes: a client is not to blame for a slow target.
 */
export class BodyPace {
  #seenBytes = 0;
  #progressAt: number;
  #checkedAt: number;
  #windowBytes = 0;
  #windowMs = 0;

  constructor(nowMs: number) {
    this.#progressAt = nowMs;
    this.#checkedAt = nowMs;
  }

  /** What is wrong, or null. `receivedBytes`: over the whole body. */
  check(nowMs: number, receivedBytes: number, wanted: boolean, limits: ServerSettings): string | null {
    const elapsed = Math.max(0, nowMs - this.#checkedAt);
    this.#checkedAt = nowMs;
    const fresh = receivedBytes - this.#seenBytes;
    this.#seenBytes = receivedBytes;
    if (fresh > 0 || !wanted) this.#progressAt = nowMs;
    this.#windowBytes += fresh;
    if (!wanted) return null;
    if (nowMs - this.#progressAt > limits.body_timeout_ms) {
      return `no body bytes for ${limits.body_timeout_ms} ms`;
    }
    // Window after window, so that a fast beginning does not pay for hours of trickling.
    this.#windowMs += elapsed;
    if (this.#windowMs < limits.min_body_rate_after_ms) return null;
    const slow = this.#windowBytes * 1_000 < limits.min_body_rate * this.#windowMs;
    const detail = `${this.#windowBytes} body bytes in ${Math.round(this.#windowMs)} ms`;
    this.#windowBytes = 0;
    this.#windowMs = 0;
    return slow ? detail : null;
  }
}

/** How far output has come. */
export interface OutputProgress {
  /** Bytes that wait for the client. */
  readonly pendingBytes: number;
  /** Bytes that it has taken over the connection's life. */
  readonly sentBytes: number;
}

/** Whether a client takes its answer. Time counts only while output waits for it. */
export class WritePace {
  #pendingSince = -1;
  #progressAt = 0;
  #sentAtStart = 0;
  #seenBytes = 0;

  /** What is wrong, or null. */
  check(nowMs: number, output: OutputProgress, timeoutMs: number): string | null {
    if (output.pendingBytes === 0) {
      this.#pendingSince = -1;
      return null;
    }
    const sent = output.sentBytes;
    if (this.#pendingSince < 0) {
      this.#pendingSince = nowMs;
      this.#progressAt = nowMs;
      this.#sentAtStart = sent;
    } else if (sent !== this.#seenBytes) {
      this.#progressAt = nowMs;
    }
    this.#seenBytes = sent;
    return nowMs - this.#progressAt > timeoutMs ? `client has taken nothing for ${timeoutMs} ms` : null;
  }

  /** The pace since output began to wait, null where none waits. */
  slowReader(nowMs: number): SlowReader | null {
    const forMs = nowMs - this.#pendingSince;
    if (this.#pendingSince < 0 || forMs <= 0) return null;
    return { forMs, bytesPerSecond: (this.#seenBytes - this.#sentAtStart) * 1_000 / forMs };
  }
}
