import { HOST_DEFAULTS } from "../../src/core/host.ts";
import { systemClock } from "../../src/core/clock.ts";
import { Breakers } from "../../src/gateway/balancer/breakers.ts";
import { workerScope } from "./worker_scope.ts";

interface Job {
  readonly buffer: SharedArrayBuffer;
  readonly underWay: SharedArrayBuffer;
  readonly rounds: number;
}

const scope = workerScope<Job>();

/** One of several threads that probe a half-open target at once; says how many probes it saw under way at most. */
scope.onmessage = (event: MessageEvent<Job>) => {
  const { buffer, underWay, rounds } = event.data;
  const breakers = new Breakers(buffer, 0, 1, systemClock);
  const running = new Int32Array(underWay);
  let most = 0;
  let probes = 0;
  for (let round = 0; round < rounds; round++) {
    const ticket = breakers.admit(0, HOST_DEFAULTS.circuit_breaker);
    if (ticket < 0) continue;
    probes++;
    most = Math.max(most, Atomics.add(running, 0, 1) + 1);
    Atomics.sub(running, 0, 1);
    breakers.released(0, ticket);
  }
  scope.postMessage({ most, probes });
};
