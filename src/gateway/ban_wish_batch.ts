import type { BanWish } from "../core/ban_wish.ts";

/** Soon enough that a client's next request meets the ban, seldom enough that a flood costs nothing. */
const FLUSH_MS = 50;
/** [SECURITY] Of one batch; what more clients than this do at once is the limits' to refuse. */
const MOST = 500;

/** Wishes for bans on their way to control, a few at a time; of one client and host only the first of a batch. */
export class BanWishBatch {
  #send: ((wishes: readonly BanWish[]) => void) | null = null;
  readonly #waiting = new Map<string, BanWish>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  connect(send: (wishes: readonly BanWish[]) => void): void {
    this.#send = send;
  }

  wish(wish: BanWish): void {
    if (this.#send === null || this.#waiting.size >= MOST) return;
    const key = `${wish.client} ${wish.hostId ?? ""}`;
    if (this.#waiting.has(key)) return;
    this.#waiting.set(key, wish);
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    if (waiting.length > 0) this.#send?.(waiting);
  }
}
