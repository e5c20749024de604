/**
 * What a client may do for nothing, how much of it at once and how much a second after that. Browsers, curl, gRPC and
 * load generators stay far below; a flood passes it within a second.
 */
const ALLOWANCES = Object.freeze({
  /** Requests taken back before their answer was complete: CVE-2023-44487, rapid reset. */
  "rapid reset": [200, 20],
  /** Streams that we reset because of what the client sent: CVE-2025-8671, MadeYouReset. */
  "provoked resets": [100, 10],
  /** Streams opened beyond the limit that SETTINGS name. */
  "streams over the limit": [200, 20],
  /** DATA without content that ends nothing (CVE-2019-9518). */
  "empty DATA": [100, 10],
  /** Each is to be acknowledged (CVE-2019-9515). */
  "SETTINGS flood": [50, 5],
  /** Each is to be answered (CVE-2019-9512); gRPC measures its window with some. */
  "PING flood": [500, 100],
  /** PRIORITY and PRIORITY_UPDATE (CVE-2019-9513). */
  "PRIORITY flood": [1_000, 200],
  /** Beyond the few that answer each DATA frame of ours. */
  "WINDOW_UPDATE flood": [1_000, 100],
  /** Frames for streams that are over, and of types that nobody knows. */
  "useless frames": [500, 100],
  /** DATA frames that the client's windows keep tiny (CVE-2019-9511, data dribble). */
  "tiny windows": [500, 50],
}) satisfies Readonly<Record<string, readonly [burst: number, perSecond: number]>>;

export type Abuse = keyof typeof ALLOWANCES;

const KINDS = Object.keys(ALLOWANCES) as readonly Abuse[];
const INDEX = Object.freeze(Object.fromEntries(KINDS.map((kind, i) => [kind, i]))) as Readonly<
  Record<Abuse, number>
>;
const BURSTS = KINDS.map((kind) => ALLOWANCES[kind][0]);
const PER_MS = KINDS.map((kind) => ALLOWANCES[kind][1] / 1_000);

/**
 * [SECURITY] Counts what costs a client less than us, by token buckets of one connection. All of it is allowed by
 * RFC 9113 in principle, and by 10.5 may be answered with ENHANCE_YOUR_CALM where there is too much of it.
 */
export class AbuseMeter {
  readonly #used = new Float32Array(KINDS.length);
  #atMs: number;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** Takes one of `kind`; true where that is too much. */
  isTooMuch(kind: Abuse, nowMs: number): boolean {
    if (nowMs !== this.#atMs) this.#refill(nowMs);
    const at = INDEX[kind];
    return (this.#used[at]! += 1) > BURSTS[at]!;
  }

  /** Makes `count` more of `kind` good, because of something useful that went with them. */
  allow(kind: Abuse, count: number): void {
    const at = INDEX[kind];
    this.#used[at] = Math.max(0, this.#used[at]! - count);
  }

  #refill(nowMs: number): void {
    const elapsed = nowMs - this.#atMs;
    this.#atMs = nowMs;
    for (let i = 0; i < PER_MS.length; i++) {
      this.#used[i] = Math.max(0, this.#used[i]! - elapsed * PER_MS[i]!);
    }
  }
}
