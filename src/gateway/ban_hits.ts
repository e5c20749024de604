import type { BanHit } from "../core/address_list.ts";

interface Sum {
  answered: number;
  dropped: number;
}

/** Counts what each ban and list did in this thread until control takes it over. Bounded by the bans that there are. */
export class BanHits {
  #sums = new Map<string, Sum>();

  answered(id: string): void {
    this.#of(id).answered++;
  }

  dropped(id: string): void {
    this.#of(id).dropped++;
  }

  /** What was counted since the last call. */
  take(): BanHit[] {
    if (this.#sums.size === 0) return [];
    const sums = this.#sums;
    this.#sums = new Map();
    return [...sums].map(([id, sum]) => ({ id, ...sum }));
  }

  #of(id: string): Sum {
    let sum = this.#sums.get(id);
    if (sum === undefined) this.#sums.set(id, sum = { answered: 0, dropped: 0 });
    return sum;
  }
}
