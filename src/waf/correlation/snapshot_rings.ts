import type { RequestDigest } from "../../core/request_digest.ts";

/** Requests of one client on one host that are remembered, for how long, and in how much memory (spec 02). */
const RING_REQUESTS = 64;
export const RING_MS = 300_000;
const RING_BYTES = 64 * 1024 * 1024;
/** What a digest takes besides its characters: its object, the parts of its text, its place. */
const DIGEST_OVERHEAD = 640;

interface Ring {
  readonly digests: RequestDigest[];
  bytes: number;
  /** When it last grew. */
  at: number;
}

/**
 * The last requests of each client on each host, in the order in which they came. Memory is bounded as a whole; the
 * client that was not heard of for longest leaves first.
 */
export class SnapshotRings {
  /** In the order in which they last grew. */
  readonly #rings = new Map<string, Ring>();
  readonly #most: number;
  #bytes = 0;

  constructor(most = RING_BYTES) {
    this.#most = most;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get clients(): number {
    return this.#rings.size;
  }

  add(key: string, digest: RequestDigest): void {
    const ring = this.#rings.get(key) ?? { digests: [], bytes: 0, at: 0 };
    this.#rings.delete(key);
    this.#rings.set(key, ring);
    const bytes = sizeOf(digest);
    ring.digests.push(digest);
    ring.bytes += bytes;
    ring.at = Math.max(ring.at, digest.at);
    this.#bytes += bytes;
    while (ring.digests.length > RING_REQUESTS || ring.digests[0]!.at < ring.at - RING_MS) this.#shift(ring);
    for (const [oldest, leaving] of this.#rings) {
      if (this.#bytes <= this.#most) break;
      this.#drop(oldest, leaving);
    }
  }

  /** Read it before the next `add`. */
  of(key: string): readonly RequestDigest[] {
    return this.#rings.get(key)?.digests ?? [];
  }

  /** Every digest that is remembered, client by client. */
  *all(): Generator<RequestDigest> {
    for (const { digests } of this.#rings.values()) yield* digests;
  }

  /** Forgets clients that did nothing since `before`. */
  expire(before: number): void {
    for (const [key, ring] of this.#rings) {
      if (ring.at >= before) return;
      this.#drop(key, ring);
    }
  }

  #shift(ring: Ring): void {
    const bytes = sizeOf(ring.digests.shift()!);
    ring.bytes -= bytes;
    this.#bytes -= bytes;
  }

  #drop(key: string, ring: Ring): void {
    this.#rings.delete(key);
    this.#bytes -= ring.bytes;
  }
}

function sizeOf(digest: RequestDigest): number {
  return DIGEST_OVERHEAD + digest.hostId.length + digest.path.length + digest.query.length +
    digest.userAgent.length + digest.body.length + digest.responseBody.length + digest.fingerprint.length +
    digest.named.length + digest.found.length;
}
