import { ReputationTable } from "../../src/shield/reputation.ts";
import { workerScope } from "./worker_scope.ts";

interface Job {
  readonly buffer: SharedArrayBuffer;
  readonly start: SharedArrayBuffer;
  readonly threads: number;
  readonly clients: number;
  readonly times: number;
}

const scope = workerScope<Job>();

/** One of several threads that move the same reputations at the same moment, half a point at a time. */
scope.onmessage = (event: MessageEvent<Job>) => {
  const { buffer, start, threads, clients, times } = event.data;
  const table = new ReputationTable(buffer, () => 1_700_000_000_000);
  const arrived = new Int32Array(start);
  for (let client = 0; client < clients; client++) {
    // All begin a client together: then they find no entry at the same time.
    Atomics.add(arrived, 0, 1);
    while (Atomics.load(arrived, 0) < (client + 1) * threads) { /* spin: a barrier of a few microseconds */ }
    for (let i = 0; i < times; i++) table.add([0, 0, 0xffff, client], -0.5, "waf");
  }
  scope.postMessage("done");
};
