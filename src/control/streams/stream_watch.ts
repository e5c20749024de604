import type { StreamFaults } from "../../core/messages.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { Fleet } from "../../gateway/fleet.ts";
import { NO_COUNTERS, type StreamCells, type StreamCounters } from "../../gateway/shared_streams.ts";
import type { StreamStates } from "./stream_states.ts";

/** The live counters of streams, by their ids. */
export class StreamWatch implements StreamStates {
  readonly #cells: StreamCells;
  readonly #fleet: Pick<Fleet, "streamFaults">;
  #slots: Readonly<Record<string, number>> | null = null;

  constructor(cells: StreamCells, fleet: Pick<Fleet, "streamFaults">) {
    this.#cells = cells;
    this.#fleet = fleet;
  }

  /** With each snapshot that is sent: a stream that is new begins at zero. */
  update({ streams, targetSlots }: Pick<Snapshot, "streams" | "targetSlots">): void {
    const before = this.#slots;
    this.#slots = Object.fromEntries(streams.map(({ id }) => [id, targetSlots[id] ?? -1]));
    // With the first one nobody is new: a control before this one may have counted for them.
    if (before === null) return;
    for (const [id, slot] of Object.entries(this.#slots)) {
      if (before[id] === undefined && slot >= 0) this.#cells.reset(slot);
    }
  }

  counters(streamId: string): StreamCounters {
    const slot = this.#slots?.[streamId] ?? -1;
    return slot < 0 ? NO_COUNTERS : this.#cells.read(slot);
  }

  faults(): StreamFaults {
    return this.#fleet.streamFaults;
  }
}
