import type { RequestRecord } from "../core/record.ts";

/** Messages a second to whoever watches. */
export const TAIL_MESSAGES_PER_SECOND = 4;

/**
 * The rows that go to the live tail: bounded, and where they are too many, refusals and detections before what was
 * merely allowed.
 */
export class LiveTail {
  #most = 0;
  #kept: RequestRecord[] = [];
  #more = 0;

  /** Rows a second that are wanted; 0: nobody watches. */
  watch(perSecond: number): void {
    this.#most = perSecond > 0 ? Math.max(1, Math.ceil(perSecond / TAIL_MESSAGES_PER_SECOND)) : 0;
    if (this.#most === 0) [this.#kept, this.#more] = [[], 0];
  }

  /** `counted`: requests that came with them and have no row. */
  add(records: readonly RequestRecord[], counted: number): void {
    if (this.#most === 0) return;
    this.#more += counted;
    for (const record of records) {
      this.#kept.push(record);
      if (this.#kept.length > this.#most) this.#dropOne();
    }
  }

  /** What has come since the last call, oldest first; null where nothing has. */
  take(): { readonly records: readonly RequestRecord[]; readonly more: number } | null {
    if (this.#kept.length === 0 && this.#more === 0) return null;
    const taken = { records: this.#kept, more: this.#more };
    [this.#kept, this.#more] = [[], 0];
    return taken;
  }

  #dropOne(): void {
    const allowed = this.#kept.findIndex((record) => record.action === "allowed");
    this.#kept.splice(Math.max(allowed, 0), 1);
    this.#more++;
  }
}
