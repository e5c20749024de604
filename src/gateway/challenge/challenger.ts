import type { ChallengeKey } from "../../core/challenge.ts";
import { OnceTable } from "../../lib/once_table.ts";
import type { Counters } from "../shared_counters.ts";
import { ChallengePages } from "./challenge_pages.ts";
import { ClearanceBook } from "./clearance_book.ts";
import { GoodBots } from "./good_bots.ts";

/** What the challenges of one gateway thread work with. It keeps nothing of those that it gave out. */
export class Challenger {
  readonly book = new ClearanceBook();
  readonly pages = new ChallengePages();
  readonly goodBots = new GoodBots();
  readonly #once: OnceTable;
  readonly #counters: Pick<Counters, "countChallenge">;

  /** `spent`: memory of `createOnceTable`, the same for all threads. */
  constructor(spent: SharedArrayBuffer, counters: Pick<Counters, "countChallenge">) {
    this.#once = new OnceTable(spent);
    this.#counters = counters;
  }

  useKeys(keys: readonly ChallengeKey[]): void {
    this.book.useKeys(keys);
  }

  /** True for whoever says so first until `end`, over all threads. `end` and `now`: seconds since 1970. */
  isFirst(purpose: string, text: string, end: number, now: number): boolean {
    // [SECURITY] Under each key, so that what was said before the keys changed is known after it, by every thread.
    return this.book.seal.keysOf(purpose, text).every((key) => this.#once.take(key, end, now));
  }

  count(what: "issued" | "passed" | "failed"): void {
    this.#counters.countChallenge(what);
  }
}
