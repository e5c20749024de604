import type { ReplayRow } from "../../store/traffic_replay.ts";
import type { Control } from "../control.ts";

/** How long one walk may take; its outcome says how far it came. */
const BUDGET_MS = 8_000;

/** Which rows. `from`: ms since 1970; `hostId` null: of every host. */
export interface LogRange {
  readonly from: number;
  readonly hostId: string | null;
}

export interface LogWalk {
  /** ms since 1970, of the oldest row that was looked at; `from` where all were. */
  readonly looked_back_to: number;
  readonly complete: boolean;
}

/** Visits the rows of the request log from the newest back, as far as the time it may take allows. */
export async function walkLog(
  { clock, store }: Control,
  { from, hostId }: LogRange,
  visit: (row: ReplayRow) => void,
): Promise<LogWalk> {
  const started = clock.monotonic();
  let beforeKey: number | null = null;
  let lookedBackTo = clock.now();
  for (;;) {
    const rows: ReplayRow[] = store.traffic.replay({ from, beforeKey, hostId });
    for (const row of rows) visit(row);
    const last = rows.at(-1);
    if (last === undefined) return { looked_back_to: from, complete: true };
    beforeKey = last.key;
    lookedBackTo = last.at;
    if (clock.monotonic() - started > BUDGET_MS) {
      return { looked_back_to: lookedBackTo, complete: lookedBackTo === from };
    }
    // Control serves others between pages.
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
}
