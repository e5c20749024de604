import type { ThreadToSupervisor } from "./messages.ts";

/** A Worker's own scope: what the thread hears, and what it says to the supervisor. */
export interface ThreadScope<Heard> {
  onmessage: ((event: MessageEvent<Heard>) => void) | null;
  postMessage(message: ThreadToSupervisor): void;
}

/** The scope of the thread that calls. Only a Worker's entry module has use for it. */
export function threadScope<Heard>(): ThreadScope<Heard> {
  return globalThis as unknown as ThreadScope<Heard>;
}
