/** Threads with one life at a time; gateways have a heartbeat of their own (gateway/shared_state.ts). */
const WORDS = Object.freeze({ control: 0, recorder: 1, analyst: 2 });

export type SingleThread = keyof typeof WORDS;

/** How often a thread says that its event loop turns. */
export const BEAT_EVERY_MS = 1_000;

/** Memory for `ThreadBeats`; made once, in the supervisor. */
export function createThreadBeats(): SharedArrayBuffer {
  return new SharedArrayBuffer(Object.keys(WORDS).length * Int32Array.BYTES_PER_ELEMENT);
}

/** Signs of life of control, recorder and analyst, in shared memory: nothing that a busy thread would have to answer. */
export class ThreadBeats {
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  /** Beats for `thread` from now on. Returns what ends it. */
  start(thread: SingleThread): () => void {
    const timer = setInterval(() => this.beat(thread), BEAT_EVERY_MS);
    return () => clearInterval(timer);
  }

  /** Beats once, at once: `thread` has begun its work, and whoever looks at it need not be patient any longer. */
  beat(thread: SingleThread): void {
    Atomics.add(this.#words, WORDS[thread], 1);
  }

  /** Another number than before: it has beaten since. */
  tick(thread: SingleThread): number {
    return Atomics.load(this.#words, WORDS[thread]);
  }
}
