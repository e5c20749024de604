import type { Clock } from "../../core/clock.ts";
import type { StreamRecord } from "../../core/stream.ts";
import type { UlidGenerator } from "../../lib/ulid.ts";
import type { StreamCells } from "../shared_streams.ts";
import type { Dialer } from "../upstream/dialer.ts";

/** What the connections of all streams share in one gateway thread. */
export interface StreamServices {
  readonly clock: Clock;
  readonly cells: StreamCells;
  readonly dialer: Dialer;
  readonly ids: UlidGenerator;
  readonly log: { add(record: StreamRecord): void };
  /** Of scope global, and not white-listed. */
  isBanned(client: string): boolean;
  /** Why a port that closes ends what is left on it. */
  endReason(): "changed" | "stop";
}
