import { errorText } from "../../core/errors.ts";
import type { Control } from "../control.ts";

/** So many at a time: a few dozen milliseconds of this thread, and of no other. */
const SLICE = 20;
/** Between two slices, for whatever else waits here. */
const PAUSE_MS = 50;
/** After the last change of the CA: who adds host after host makes one CA after the other. */
const CALM_MS = 2_000;

export interface RenewalTimes {
  readonly pauseMs?: number;
  readonly calmMs?: number;
}

/**
 * Issues anew what is due, a slice at a time: certificates that near their end, and after a rotation those that the
 * former CA signed. Until its turn comes each is served as it is.
 */
export class CertificateRenewal {
  readonly #control: Control;
  readonly #pauseMs: number;
  readonly #calmMs: number;
  #running: Promise<void> | null = null;
  #again = false;
  #authority: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(control: Control, { pauseMs = PAUSE_MS, calmMs = CALM_MS }: RenewalTimes = {}) {
    this.#control = control;
    this.#pauseMs = pauseMs;
    this.#calmMs = calmMs;
  }

  /** Looks at every certificate. Resolves when none is due any more; rejects where one cannot be issued or sent. */
  run(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#passes().finally(() => this.#running = null);
    return this.#running;
  }

  /** With each snapshot: where another CA signs than before, a run follows once that has come to rest. */
  watch(): void {
    const { subject } = this.#control.localCa;
    if (subject === this.#authority) return;
    this.#authority = subject;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.run().catch((thrown) =>
        this.#control.logger.error("certificates could not be renewed", { error: errorText(thrown) })
      );
    }, this.#calmMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #passes(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      const waiting = this.#control.localCertificates().map(({ id }) => id);
      for (let at = 0; at < waiting.length && !this.#stopped;) {
        const { next, send } = this.#slice(waiting, at);
        at = next;
        await send?.();
        await new Promise((resolve) => setTimeout(resolve, this.#pauseMs));
      }
    }
  }

  /** One transaction. Hosts are read again: they may be other ones since the pass began. */
  #slice(waiting: readonly string[], from: number) {
    const { localCa, store, publisher } = this.#control;
    return store.transaction(() => {
      const names = new Map(this.#control.localCertificates().map((each) => [each.id, each.names]));
      let issued = 0;
      let next = from;
      for (; next < waiting.length && issued < SLICE; next++) {
        const id = waiting[next]!;
        const own = names.get(id);
        if (own === undefined || !localCa.isDue(id)) continue;
        localCa.renew(id, own);
        issued++;
      }
      return { next, send: issued === 0 ? null : publisher.prepare() };
    });
  }
}
