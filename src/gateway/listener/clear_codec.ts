import { Buffer } from "node:buffer";
import type { Codec, CodecContext, SlowReader, WhyBanned } from "./codec.ts";
import { PREFACE } from "./http2/frame.ts";

/**
 * A connection in the clear that may be HTTP/2 by prior knowledge (RFC 9113, 3.3): the preface decides, the bytes go to
 * the one codec or the other from the first on. At most 24 bytes are held for that.
 */
export class ClearCodec implements Codec {
  readonly #context: CodecContext;
  readonly #http1: () => Codec;
  readonly #http2: () => Codec;
  readonly #since: number;
  #first: Buffer | null = null;
  #chosen: Codec | null = null;

  constructor(context: CodecContext, http1: () => Codec, http2: () => Codec) {
    this.#context = context;
    this.#http1 = http1;
    this.#http2 = http2;
    this.#since = context.state.nowMs;
  }

  receive(chunk: Buffer): void {
    if (this.#chosen !== null) return this.#chosen.receive(chunk);
    const first = this.#first === null ? chunk : Buffer.concat([this.#first, chunk]);
    const known = Math.min(first.length, PREFACE.length);
    const isPreface = first.toString("latin1", 0, known) === PREFACE.slice(0, known);
    if (isPreface && known < PREFACE.length) {
      this.#first = Buffer.from(first);
      return;
    }
    this.#first = null;
    this.#choose(isPreface).receive(first);
  }

  borrow(bytes: Buffer): boolean {
    return this.#chosen?.borrow?.(bytes) ?? false;
  }

  receiveEnd(): void {
    const chosen = this.#chosen ?? this.#choose(false);
    const first = this.#first;
    this.#first = null;
    if (first !== null) chosen.receive(first);
    chosen.receiveEnd();
  }

  drained(): void {
    this.#chosen?.drained();
  }

  closed(detail: string): void {
    this.#chosen?.closed(detail);
  }

  check(nowMs: number): void {
    if (this.#chosen !== null) return this.#chosen.check(nowMs);
    const { settings } = this.#context.state;
    const limit = this.#first === null ? settings.idle_timeout_ms : settings.head_timeout_ms;
    if (nowMs - this.#since > limit) this.#context.reset();
  }

  drain(): void {
    (this.#chosen ?? this.#choose(false)).drain();
  }

  endStreams(): void {
    this.#chosen?.endStreams();
  }

  endBanned(whyBanned: WhyBanned): void {
    this.#chosen?.endBanned(whyBanned);
  }

  slowReader(nowMs: number): SlowReader | null {
    return this.#chosen?.slowReader(nowMs) ?? null;
  }

  tooSlow(detail: string): void {
    this.#chosen?.tooSlow(detail);
  }

  #choose(isHttp2: boolean): Codec {
    return this.#chosen = isHttp2 ? this.#http2() : this.#http1();
  }
}
