import type { BanHit } from "../../core/address_list.ts";
import type { Clock } from "../../core/clock.ts";
import { errorText } from "../../core/errors.ts";
import type { Logger } from "../../core/ports.ts";
import type { Store } from "../../store/store.ts";

/** Counts reach the database this late; more often would cost a flood a write a second. */
const WRITE_EVERY_MS = 10_000;

/** What bans and lists did, of all gateways, on its way into the database. Bounded by the bans and lists that there are. */
export class BanHitBook {
  readonly #store: Pick<Store, "bans" | "addressLists" | "transaction">;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #sums = new Map<string, BanHit>();
  #answered = 0;
  #dropped = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(store: Pick<Store, "bans" | "addressLists" | "transaction">, clock: Clock, logger: Logger) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Of all bans and lists since the start. */
  get totals(): { readonly answered: number; readonly dropped: number } {
    return { answered: this.#answered, dropped: this.#dropped };
  }

  note(hits: readonly BanHit[]): void {
    for (const hit of hits) {
      this.#answered += hit.answered;
      this.#dropped += hit.dropped;
      const { answered, dropped } = this.#sums.get(hit.id) ?? { answered: 0, dropped: 0 };
      this.#sums.set(hit.id, {
        id: hit.id,
        answered: answered + hit.answered,
        dropped: dropped + hit.dropped,
      });
    }
    this.#timer ??= setTimeout(() => this.write(), WRITE_EVERY_MS);
  }

  /** Puts what is known into the database, so that a look at it is up to date. */
  write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#sums.size === 0) return;
    const sums = [...this.#sums.values()];
    this.#sums.clear();
    const at = this.#clock.now();
    try {
      this.#store.transaction(() => {
        for (const sum of sums) {
          if (!this.#store.bans.hit(sum, at)) this.#store.addressLists.hit(sum, at);
        }
      });
    } catch (thrown) {
      this.#logger.error("hits of bans could not be written", {
        bans: sums.length,
        error: errorText(thrown),
      });
    }
  }

  close(): void {
    this.write();
  }
}
