import type { ChallengeKey } from "../../core/challenge.ts";
import { OnceTable } from "../../lib/once_table.ts";
import type { SharedState } from "../shared_state.ts";
import type { Counters } from "../shared_counters.ts";
import { ChallengePages } from "./challenge_pages.ts";
import { ClearanceBook } from "./clearance_book.ts";
import { GoodBots } from "./good_bots.ts";

/** What happens once: a challenge is used, a network's phone has its first one. */
type Once = "spent" | "phone";

/** What the challenges of one gateway thread work with. It keeps nothing of those that it gave out. */
export class Challenger {
  readonly book = new ClearanceBook();
  readonly pages = new ChallengePages();
  readonly goodBots = new GoodBots();
  /** Of the process, for challenges; see `Ticket`. */
  readonly life: string;
  readonly #once: Readonly<Record<Once, OnceTable>>;
  readonly #counters: Pick<Counters, "countChallenge">;

  /**
   * `spent`, `firstTries`: memory of `createOnceTable`, the same for all threads. [SECURITY] Apart, because anybody makes
   * first tries without end, by asking: no used challenge may be forgotten for them, or it could be used again.
   */
  constructor(
    { spent, firstTries, life }: Pick<SharedState, "spent" | "firstTries" | "life">,
    counters: Pick<Counters, "countChallenge">,
  ) {
    this.#once = { spent: new OnceTable(spent), phone: new OnceTable(firstTries) };
    this.#counters = counters;
    this.life = life;
  }

  useKeys(keys: readonly ChallengeKey[]): void {
    this.book.useKeys(keys);
  }

  /** True for whoever says so first until `end`, over all threads. `end` and `now`: seconds since 1970. */
  isFirst(purpose: Once, text: string, end: number, now: number): boolean {
    // [SECURITY] Under each key, so that what was said before the keys changed is known after it, by every thread.
    return this.book.seal.keysOf(purpose, text).every((key) => this.#once[purpose].take(key, end, now));
  }

  count(what: "issued" | "passed" | "failed"): void {
    this.#counters.countChallenge(what);
  }
}
