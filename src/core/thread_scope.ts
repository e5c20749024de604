import type { ThreadToSupervisor } from "./messages.ts";

/** A Worker's own scope: what the thread hears, and what it says to the supervisor. */
export interface ThreadScope<Heard, Said = ThreadToSupervisor> {
  onmessage: ((event: MessageEvent<Heard>) => void) | null;
  postMessage(message: Said): void;
}

/** The scope of the thread that calls. Only a Worker's entry module has use for it. */
export function threadScope<Heard, Said = ThreadToSupervisor>(): ThreadScope<Heard, Said> {
  return globalThis as unknown as ThreadScope<Heard, Said>;
}

interface Collector {
  gc?(how: { type: "major"; execution: "sync"; flavor: "regular" | "last-resort" }): void;
}

/**
 * Frees what a thread's start left behind (parsed rules, compiled schemas): an idle isolate is never collected by
 * itself, and four of them keep some 100 MB. `regular` is for a thread that serves: it stops it for a shorter time and
 * finds nearly as much. Does nothing where V8 was not started with `--expose-gc`.
 */
export function collectGarbage(flavor: "regular" | "last-resort" = "last-resort"): void {
  (globalThis as Collector).gc?.({ type: "major", execution: "sync", flavor });
}
