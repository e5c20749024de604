import { GcraTable } from "../../src/lib/gcra_table.ts";
import { workerScope } from "./worker_scope.ts";

interface Job {
  readonly buffer: SharedArrayBuffer;
  readonly start: SharedArrayBuffer;
  readonly threads: number;
  readonly steps: readonly { readonly key: number; readonly nowMs: number }[];
  readonly burst: number;
  readonly intervalMs: number;
}

const scope = workerScope<Job>();

/** One of several threads that draw from the same bucket at the same moment; says how many it was given each step. */
scope.onmessage = (event: MessageEvent<Job>) => {
  const { buffer, start, threads, steps, burst, intervalMs } = event.data;
  const table = new GcraTable(buffer);
  const arrived = new Int32Array(start);
  const passed: number[] = [];
  for (const [i, { key, nowMs }] of steps.entries()) {
    // All begin a step together: then they find no bucket at the same time.
    Atomics.add(arrived, 0, 1);
    while (Atomics.load(arrived, 0) < (i + 1) * threads) { /* spin: a barrier of a few microseconds */ }
    let given = 0;
    for (let n = 0; n < burst * 2; n++) {
      if (table.take(key, 5, intervalMs * 1_000, burst, nowMs) >= 0) given++;
    }
    passed.push(given);
  }
  scope.postMessage(passed);
};
