import type { BodyFailure, BodySink, BodySource } from "../../core/body.ts";
import { HeaderList } from "../../core/header_list.ts";
import { isDropped } from "./forward_headers.ts";

/** Who is told what happens to a request's body before and while it flows to the target. */
export interface BodyWatch {
  /** All of it is there. */
  received(): void;
  /** More bytes arrived than `maxBytes` admits. The body stops here. */
  tooLarge(): void;
  /** The client's side failed while the body was held. Afterwards nothing comes. */
  failedWhileHeld(failure: BodyFailure): void;
  /** Takes room for bytes that are to be held; false: there is none. */
  takeRoom(bytes: number): boolean;
  giveRoom(bytes: number): void;
  /** There was no room for a body that is to be judged. The body stops here. */
  noRoom(): void;
}

type State = "idle" | "holding" | "held" | "flowing" | "stopped";

/**
 * The request body between codec and transport: counts bytes, enforces the limit, and holds the beginning so that the
 * rules can judge it before a target sees any of it. Memory: what is held, plus one read of the socket.
 */
export class RequestBody implements BodySource, BodySink {
  readonly length: number | null;
  /** 0: no limit. */
  maxBytes = 0;
  bytes = 0;
  /** Sees each chunk that comes after the held part, before the target does. False: the body stops here. */
  inspect: ((chunk: Uint8Array) => boolean) | null = null;
  /**
   * Called at the body's end when it was not held to its end: before the last byte passes where the length is
   * declared, else before the end does. False: the body stops here.
   */
  inspectEnd: (() => boolean) | null = null;

  /** The first bytes, as many as `keepFirst` asked for; null: nobody did, or none came. */
  first: Uint8Array | null = null;
  #firstMost = 0;

  readonly #source: BodySource;
  readonly #watch: BodyWatch;
  #state: State = "idle";
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** Of these, what was taken from the room that all bodies share. */
  #roomBytes = 0;
  #holdLimit = 0;
  #whenHeld: ((held: Uint8Array, complete: boolean) => void) | null = null;
  /** What came while the held part is judged; null: it is not, or it is done in one go. */
  #keptBack: Uint8Array[] | null = null;
  #ended: { trailers: HeaderList | null } | null = null;
  #failure: BodyFailure | null = null;
  #sink: BodySink | null = null;
  #paused = false;

  constructor(source: BodySource, watch: BodyWatch) {
    this.#source = source;
    this.#watch = watch;
    this.length = source.length;
  }

  /** Bytes kept in memory now. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Fields behind the body, once it has ended; null where there are none. */
  get trailers(): HeaderList | null {
    return this.#ended?.trailers ?? null;
  }

  /** One more looks at what comes behind the held part (see `inspect`); who was there before looks first. */
  alsoInspect(inspect: (chunk: Uint8Array) => boolean, inspectEnd: () => boolean): void {
    const [former, formerEnd] = [this.inspect, this.inspectEnd];
    this.inspect = former === null ? inspect : (chunk) => former(chunk) && inspect(chunk);
    this.inspectEnd = formerEnd === null ? inspectEnd : () => formerEnd() && inspectEnd();
  }

  /** Keeps a copy of the body's first `bytes` bytes, whatever becomes of the rest. Call it before the body is read. */
  keepFirst(bytes: number): void {
    this.#firstMost = bytes;
  }

  /**
   * Reads up to `limit` bytes (at most one chunk more), then calls `whenHeld` once; `complete` says that this is all. A
   * body that is held already is not read on: several stages look at the same bytes.
   */
  hold(limit: number, whenHeld: (held: Uint8Array, complete: boolean) => void): void {
    if (this.#state === "held") return whenHeld(this.#joined(), this.#isAllThere);
    this.#state = "holding";
    this.#holdLimit = limit;
    this.#whenHeld = whenHeld;
    this.#source.start(this);
  }

  /** The held part is still being judged: what comes meanwhile waits for `handOn`, and the room stays taken. */
  keepBack(): void {
    this.#keptBack ??= [];
  }

  /** The held part is judged: now what came meanwhile is. */
  handOn(): void {
    const late = this.#keptBack;
    this.#keptBack = null;
    if (late === null || this.#state === "stopped") return;
    this.#giveRoom();
    if (late.length === 0) return;
    // As one: where it brings the end of a declared length, the end is judged with its last byte.
    const chunk = joined(late);
    if (!this.#judge(chunk)) return this.stop();
    this.#held.push(chunk);
  }

  start(sink: BodySink): void {
    this.#sink = sink;
    const held = this.#state === "held";
    this.#state = "flowing";
    if (!held) return this.#source.start(this);
    this.#flush();
  }

  pause(): void {
    this.#paused = true;
    if (this.#state === "flowing") this.#source.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#state === "flowing") this.#flush();
  }

  /** Nothing more is wanted: what is held is freed, what still arrives is dropped. */
  stop(): void {
    this.#state = "stopped";
    this.#held = [];
    this.#keptBack = null;
    this.#heldBytes = 0;
    this.#giveRoom();
  }

  data(chunk: Uint8Array): void {
    if (this.#state === "stopped") return;
    if (this.#firstMost > 0) this.#keep(chunk);
    this.bytes += chunk.length;
    if (this.maxBytes > 0 && this.bytes > this.maxBytes) {
      this.stop();
      return this.#watch.tooLarge();
    }
    if (this.#state === "holding") return this.#hold(chunk);
    if (this.#keptBack !== null) {
      this.#keptBack.push(new Uint8Array(chunk));
      this.#heldBytes += chunk.length;
      return;
    }
    // [SECURITY] Judged when it arrives, whether or not the target can take it now: nothing waits unseen.
    if (!this.#judge(chunk)) return this.stop();
    if (this.#state === "flowing" && this.#held.length === 0 && !this.#paused) return this.#sink!.data(chunk);
    this.#held.push(new Uint8Array(chunk));
    this.#heldBytes += chunk.length;
  }

  end(trailers: HeaderList | null): void {
    if (this.#state === "stopped") return;
    this.#ended = { trailers: trailers === null ? null : forwardTrailers(trailers) };
    this.#watch.received();
    if (this.#state === "holding") this.#finishHolding(true);
    else if (this.#state === "flowing") this.#flush();
  }

  fail(failure: BodyFailure): void {
    if (this.#state === "stopped") return;
    if (this.#state === "flowing") {
      this.stop();
      return this.#sink!.fail(failure);
    }
    this.#failure = failure;
    this.stop();
    this.#watch.failedWhileHeld(failure);
  }

  #keep(chunk: Uint8Array): void {
    const piece = chunk.subarray(0, this.#firstMost);
    const before = this.first?.length ?? 0;
    const joined = new Uint8Array(before + piece.length);
    if (this.first !== null) joined.set(this.first);
    joined.set(piece, before);
    this.first = joined;
    this.#firstMost -= piece.length;
  }

  #hold(chunk: Uint8Array): void {
    // [SECURITY] Room is taken as bytes come, not as they are declared: who announces much and sends little holds none.
    if (!this.#watch.takeRoom(chunk.length)) {
      this.stop();
      return this.#watch.noRoom();
    }
    this.#roomBytes += chunk.length;
    this.#held.push(new Uint8Array(chunk));
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > this.#holdLimit) this.#finishHolding(this.#isAllThere);
  }

  /**
   * [SECURITY] Where the last read brings the end of a declared length, that is all: it is judged as a whole, because a
   * target that has it acts on it, whatever is judged later.
   */
  get #isAllThere(): boolean {
    return this.#ended !== null || this.bytes === this.length;
  }

  #giveRoom(): void {
    if (this.#roomBytes > 0) this.#watch.giveRoom(this.#roomBytes);
    this.#roomBytes = 0;
  }

  #finishHolding(complete: boolean): void {
    this.#state = "held";
    if (!complete) this.#source.pause();
    const whenHeld = this.#whenHeld!;
    this.#whenHeld = null;
    whenHeld(this.#joined(), complete);
    if (this.#keptBack === null) this.#giveRoom();
  }

  /** What is held as one piece; the pieces are replaced by it, so that it stands in memory once. */
  #joined(): Uint8Array {
    const all = joined(this.#held);
    this.#held = [all];
    return all;
  }

  /** Hands over what is held, which the rules have seen, then lets the source flow. */
  #flush(): void {
    while (this.#held.length > 0 && !this.#paused && this.#state === "flowing") {
      const piece = this.#held.shift()!;
      this.#heldBytes -= piece.length;
      this.#sink!.data(piece);
    }
    if (this.#state !== "flowing" || this.#held.length > 0 || this.#paused) return;
    if (this.#ended !== null) {
      this.#state = "stopped";
      if (!this.#judgeEnd()) return;
      return this.#sink!.end(this.#ended.trailers);
    }
    if (this.#failure === null) this.#source.resume();
  }

  /**
   * [SECURITY] With a declared length the last byte is the end, and a target acts on it: the end is judged with it, or
   * what a reader of parts still keeps back (an unclosed multipart part) would be judged too late.
   */
  #judge(chunk: Uint8Array): boolean {
    if (this.inspect !== null && !this.inspect(chunk)) return false;
    return this.bytes !== this.length || this.#judgeEnd();
  }

  #judgeEnd(): boolean {
    const inspectEnd = this.inspectEnd;
    this.inspectEnd = null;
    return inspectEnd === null || inspectEnd();
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Uint8Array(pieces.reduce((bytes, piece) => bytes + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** [SECURITY] Who merges trailers into the head must not find there what was kept out of the head (RFC 9110 §6.5.1). */
function forwardTrailers(trailers: HeaderList): HeaderList {
  const out = new HeaderList();
  for (let i = 0; i < trailers.length; i++) {
    if (!isDropped(trailers.names[i]!)) out.appendFrom(trailers, i);
  }
  return out;
}
