import type { Clock } from "../core/clock.ts";
import type { Evidence } from "../core/evidence.ts";

/** As the request log, which counts refusals of ten seconds in one row with three samples: more would be found nowhere. */
const WINDOW_MS = 10_000;
const MOST_OF_CLIENT = 3;
/** [SECURITY] Of one thread in a window: a flood from many clients fills neither memory nor disk. */
const MOST_REQUESTS = 200;
const MOST_BYTES = 4 * 1024 * 1024;
const FLUSH_MS = 200;

export interface EvidenceBatchOptions {
  readonly clock: Pick<Clock, "monotonic">;
}

/**
 * Whole requests on their way to control, which seals them. What is over the bounds is not kept, and its row in the log
 * says nothing of evidence; the refusal itself is logged all the same.
 */
export class EvidenceBatch {
  readonly #clock: Pick<Clock, "monotonic">;
  #send: ((evidence: readonly Evidence[]) => void) | null = null;
  #waiting: Evidence[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #windowEnds = Number.NEGATIVE_INFINITY;
  #bytes = 0;
  #requests = 0;
  readonly #byClient = new Map<string, number>();

  constructor(options: EvidenceBatchOptions) {
    this.#clock = options.clock;
  }

  connect(send: (evidence: readonly Evidence[]) => void): void {
    this.#send = send;
  }

  /** Whether a request of `client` to `hostId` would be kept; asked before it is copied. */
  wants(hostId: string, client: string): boolean {
    if (this.#send === null) return false;
    const now = this.#clock.monotonic();
    if (now >= this.#windowEnds) this.#beginWindow(now);
    return this.#requests < MOST_REQUESTS && this.#bytes < MOST_BYTES &&
      (this.#byClient.get(keyOf(hostId, client)) ?? 0) < MOST_OF_CLIENT;
  }

  add(evidence: Evidence): void {
    const key = keyOf(evidence.hostId, evidence.client);
    this.#byClient.set(key, (this.#byClient.get(key) ?? 0) + 1);
    this.#requests++;
    this.#bytes += sizeOf(evidence);
    this.#waiting.push(evidence);
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#send?.(waiting);
  }

  #beginWindow(now: number): void {
    this.#windowEnds = now + WINDOW_MS;
    this.#bytes = 0;
    this.#requests = 0;
    this.#byClient.clear();
  }
}

function keyOf(hostId: string, client: string): string {
  return `${hostId} ${client}`;
}

function sizeOf({ rawPath, rawQuery, headers, body }: Evidence): number {
  const head = rawPath.length + (rawQuery?.length ?? 0);
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length, head + body.length);
}
