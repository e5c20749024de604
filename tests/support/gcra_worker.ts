import { GcraTable } from "../../src/lib/gcra_table.ts";
import { workerScope } from "./worker_scope.ts";

interface Job {
  readonly buffer: SharedArrayBuffer;
  readonly start: SharedArrayBuffer;
  readonly threads: number;
  readonly rounds: number;
  readonly burst: number;
  readonly nowMs: number;
}

const scope = workerScope<Job>();

/** One of several threads that draw from the same new bucket at the same moment; says how many it was given each round. */
scope.onmessage = (event: MessageEvent<Job>) => {
  const { buffer, start, threads, rounds, burst, nowMs } = event.data;
  const table = new GcraTable(buffer);
  const arrived = new Int32Array(start);
  const passed: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // All begin a round together: then they find no bucket at the same time.
    Atomics.add(arrived, 0, 1);
    while (Atomics.load(arrived, 0) < (round + 1) * threads) { /* spin: a barrier of a few microseconds */ }
    let given = 0;
    for (let i = 0; i < burst * 2; i++) if (table.take(round, 5, 1_000_000, burst, nowMs) >= 0) given++;
    passed.push(given);
  }
  scope.postMessage(passed);
};
