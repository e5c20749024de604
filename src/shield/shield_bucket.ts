import { clientHigh, clientLow } from "../lib/client_words.ts";
import { type GcraTable, LONGEST_DRAIN_US } from "../lib/gcra_table.ts";
import type { AddressWords } from "../lib/ip.ts";
import { intervalUs } from "./limiter.ts";

/** One bucket a client over all hosts and threads (spec 03, Shield limits). */
export class ShieldBucket {
  readonly #table: GcraTable;

  constructor(table: GcraTable) {
    this.#table = table;
  }

  /**
   * One request of `client`. `perSecond`: the client's rate as it is scaled now, above 0; `nowMs`: of a clock that all
   * threads agree on. Returns how many more may pass (0 or more), or minus the microseconds until one may.
   */
  take(client: AddressWords, perSecond: number, burst: number, nowMs: number): number {
    const interval = intervalUs(perSecond);
    const most = Math.max(1, Math.min(burst, Math.floor(LONGEST_DRAIN_US / interval)));
    return this.#table.take(clientHigh(client), clientLow(client), interval, most, nowMs);
  }
}
