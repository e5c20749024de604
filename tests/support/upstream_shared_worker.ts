import type { RequestRecord } from "../../src/core/record.ts";
import type { SharedBuffers } from "../../src/core/shared.ts";
import { openSharedState } from "../../src/gateway/shared_state.ts";
import { parseAddress } from "../../src/lib/ip.ts";
import { workerScope } from "./worker_scope.ts";

const scope = workerScope<{ buffers: SharedBuffers; index: number; rounds: number }>();

/**
 * One of several threads that work on the same shared memory at once: opens and closes connections of a client that
 * all share and of clients that come and go, counts requests, and says the most that it saw the shared client hold.
 */
scope.onmessage = (event: MessageEvent<{ buffers: SharedBuffers; index: number; rounds: number }>) => {
  const { buffers, index, rounds } = event.data;
  const { connections, counters, targets } = openSharedState(buffers, index);
  const shared = parseAddress("192.0.2.1")!;
  const record = { action: "allowed", reason: null, status: 200, latencyMs: 1 } as RequestRecord;
  connections.enter(shared);
  let most = 0;
  for (let round = 0; round < rounds; round++) {
    const own = parseAddress(`10.0.0.${(round * (index + 7)) % 100}`)!;
    connections.enter(own);
    most = Math.max(most, connections.enter(shared));
    targets.begin(1);
    counters.countRequest(record);
    targets.end(1);
    connections.leave(shared);
    connections.leave(own);
  }
  scope.postMessage({ most });
};
