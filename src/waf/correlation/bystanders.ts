import { keepNewest } from "../../lib/keep_newest.ts";
import { ownCopy } from "../../lib/own_copy.ts";

/** [SECURITY] Fingerprints that are remembered; the one not seen for longest leaves first. */
const MOST_FINGERPRINTS = 4_096;
/** Clients of one fingerprint that are remembered: more would only say the same. */
const MOST_CLIENTS = 8;

/**
 * Who else has a fingerprint. Millions of browsers share one, so one that clients have who do nothing that a rule counts
 * tells nobody apart: what others with it did is no reason to shut them out.
 */
export class Bystanders {
  /** By host and fingerprint: client → when it was last seen, milliseconds since 1970. */
  readonly #clients = new Map<string, Map<string, number>>();

  /** `client` sent a request that speaks against nobody. */
  note(key: string, client: string, at: number): void {
    const known = this.#clients.get(key);
    const clients = known ?? new Map<string, number>();
    if (known !== undefined) this.#clients.delete(key);
    // [SECURITY] Copies: slices of a digest would keep all of its text alive.
    this.#clients.set(known === undefined ? ownCopy(key) : key, clients);
    if (clients.has(client)) clients.set(client, at);
    else if (clients.size < MOST_CLIENTS) clients.set(ownCopy(client), at);
    keepNewest(this.#clients, MOST_FINGERPRINTS);
  }

  /** True where a client has the fingerprint that is none of `involved`. */
  hasOthers(key: string, involved: ReadonlySet<string>): boolean {
    const clients = this.#clients.get(key);
    if (clients === undefined) return false;
    for (const client of clients.keys()) if (!involved.has(client)) return true;
    return false;
  }

  /** Forgets who was seen last before `until`. */
  expire(until: number): void {
    for (const [key, clients] of this.#clients) {
      for (const [client, at] of clients) if (at < until) clients.delete(client);
      if (clients.size === 0) this.#clients.delete(key);
    }
  }
}
