import type { StreamFaults } from "../../core/messages.ts";
import type { StreamCounters } from "../../gateway/shared_streams.ts";

/** What the running process knows of streams. */
export interface StreamStates {
  counters(streamId: string): StreamCounters;
  /** Why a port could not be opened, by stream id. */
  faults(): StreamFaults;
}
