import { OnceTable } from "../../src/lib/once_table.ts";
import { workerScope } from "./worker_scope.ts";

interface Job {
  readonly buffer: SharedArrayBuffer;
  readonly start: SharedArrayBuffer;
  readonly threads: number;
  readonly keys: readonly bigint[];
  /** Seconds since 1970, as this thread sees it. */
  readonly now: number;
}

const scope = workerScope<Job>();

/** One of several threads that take the same keys at the same moment; says which it got. */
scope.onmessage = (event: MessageEvent<Job>) => {
  const { buffer, start, threads, keys, now } = event.data;
  const table = new OnceTable(buffer);
  const arrived = new Int32Array(start);
  const got = keys.map((key, i) => {
    // All begin a step together.
    Atomics.add(arrived, 0, 1);
    while (Atomics.load(arrived, 0) < (i + 1) * threads) { /* spin: a barrier of a few microseconds */ }
    return table.take(key, now + 1 + i % 3, now);
  });
  scope.postMessage(got);
};
