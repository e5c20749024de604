import { FLOODS } from "./h2_floods.ts";
import { H2Attacker } from "./h2_attacker.ts";
import { workerScope } from "./worker_scope.ts";

/** How long it is tried to hear the GOAWAY, which gets lost where what was sent behind it makes the kernel reset. */
const MORE_MS = 20_000;

/** Which flood, whence, and for how long. */
export interface FloodOrder {
  readonly name: string;
  readonly port: number;
  readonly from: string;
  /** Connections at once. */
  readonly lanes: number;
  readonly forMs: number;
}

const scope = workerScope<FloodOrder>();

/**
 * Floods in a thread of its own, so that whoever watches another client's answers does not wait for it: connection after
 * connection, and says how each was ended.
 */
scope.onmessage = async ({ data: { name, port, from, lanes, forMs } }: MessageEvent<FloodOrder>) => {
  const { next, settings = [] } = FLOODS.find((flood) => flood.name === name)!;
  const end = performance.now() + forMs;
  const codes: number[] = [];
  await Promise.all(Array.from({ length: lanes }, async () => {
    do {
      const attacker = new H2Attacker({ port, from, settings });
      await attacker.flood(next);
      codes.push(await attacker.ended);
    } while (performance.now() < (codes.some((code) => code >= 0) ? end : end + MORE_MS));
  }));
  scope.postMessage(codes);
};
