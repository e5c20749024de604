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
