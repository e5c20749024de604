import type { Clock } from "../../core/clock.ts";
import { errorText } from "../../core/errors.ts";
import type { Logger } from "../../core/ports.ts";
import type { ClientTimes } from "../../store/client_times.ts";
import type { Store } from "../../store/store.ts";
import { keepNewest } from "../../lib/keep_newest.ts";

export const STRIKE_WINDOW_MS = 600_000;
/** [SECURITY] Clients remembered; the one not heard of for longest leaves first. */
const MOST_CLIENTS = 20_000;
/** A crash forgets the strikes of this time at most. */
const WRITE_AFTER_MS = 500;
/** Written at once: a transaction of 1,000 rows takes about 10 ms of the control thread. */
const MOST_A_WRITE = 2_000;

export interface StrikeBookParts {
  readonly store: Pick<Store, "strikes" | "transaction">;
  readonly clock: Pick<Clock, "now" | "monotonic">;
  readonly logger: Logger;
}

/** Times are monotonic: no clock that is set changes them. */
type Client = ClientTimes;

/** Refused requests of clients (or of passes) within the window, by host or everywhere, over restarts too. */
export class StrikeBook {
  readonly #parts: StrikeBookParts;
  readonly #clients = new Map<string, Client>();
  /** Not as they stand in the table; without times: to be forgotten there. */
  readonly #changed = new Map<string, Client>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: StrikeBookParts) {
    this.#parts = parts;
    const { store, clock } = parts;
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    for (
      const { network, hostId, times } of store.strikes.list(now - STRIKE_WINDOW_MS).slice(-MOST_CLIENTS)
    ) {
      // A clock that was set back while nothing ran must not make them future ones.
      const strikes = times.map((at) => monotonic - Math.max(0, now - at));
      this.#clients.set(keyOf(network, hostId), { network, hostId, times: strikes });
    }
  }

  /** One more. Returns how many there are within the window. */
  add(network: string, hostId: string | null): number {
    const now = this.#parts.clock.monotonic();
    const key = keyOf(network, hostId);
    const former = this.#clients.get(key)?.times ?? [];
    const client: Client = {
      network,
      hostId,
      times: [...former.filter((at) => at > now - STRIKE_WINDOW_MS), now],
    };
    this.#clients.delete(key);
    this.#clients.set(key, client);
    keepNewest(this.#clients, MOST_CLIENTS);
    this.#change(key, client);
    return client.times.length;
  }

  /** The client begins anew. */
  forget(network: string, hostId: string | null): void {
    const key = keyOf(network, hostId);
    if (this.#clients.delete(key)) this.#change(key, { network, hostId, times: [] });
  }

  close(): void {
    this.#write(Infinity);
    clearTimeout(this.#timer);
  }

  #change(key: string, client: Client): void {
    this.#changed.set(key, client);
    keepNewest(this.#changed, MOST_CLIENTS);
    this.#timer ??= setTimeout(() => this.#write(MOST_A_WRITE), WRITE_AFTER_MS);
  }

  #write(most: number): void {
    this.#timer = undefined;
    const { store, clock, logger } = this.#parts;
    const batch = [...this.#changed].slice(0, most);
    if (batch.length === 0) return;
    const now = clock.now();
    const zero = now - clock.monotonic();
    try {
      store.transaction(() => {
        for (const [, { network, hostId, times }] of batch) {
          if (times.length === 0) store.strikes.delete(network, hostId);
          else store.strikes.put({ network, hostId, times: times.map((at) => at + zero) });
        }
        store.strikes.trim(now - STRIKE_WINDOW_MS, MOST_CLIENTS);
      });
      for (const [key] of batch) this.#changed.delete(key);
    } catch (thrown) {
      // They wait for the next one.
      return logger.error("strikes could not be written", {
        clients: batch.length,
        error: errorText(thrown),
      });
    }
    if (this.#changed.size > 0) this.#timer = setTimeout(() => this.#write(MOST_A_WRITE), WRITE_AFTER_MS);
  }
}

function keyOf(network: string, hostId: string | null): string {
  return `${hostId ?? "*"} ${network}`;
}
