import { Buffer } from "node:buffer";
import { type ChallengeKey, MOST_REVOKED_PASSES } from "../../core/challenge.ts";
import { type Clearance, clearancesIn, passName, readClearance } from "../../shield/challenge/clearance.ts";
import { Seal } from "../../shield/challenge/seal.ts";
import type { HeaderList } from "../../core/header_list.ts";
import { keepNewest } from "../../lib/keep_newest.ts";

/** Passes that this thread has verified and need not verify again. */
const MOST_KNOWN = 4_096;
/**
 * [SECURITY] Of one request that are looked at: a browser shows two, some more where a sibling site planted them. A head
 * full of forged ones would cost a signature each, again and again (CWE-400).
 */
const MOST_SHOWN = 8;

/** The keys in force, and what was verified by them: a signature is looked at once, not with each request. */
export class ClearanceBook {
  #keys: readonly ChallengeKey[] = [];
  #seal = new Seal([]);
  readonly #known = new Map<string, Clearance>();
  readonly #revoked = new Set<string>();

  get seal(): Seal {
    return this.#seal;
  }

  /** Other keys than before forget everything that was verified. */
  useKeys(keys: readonly ChallengeKey[]): void {
    if (JSON.stringify(keys) === JSON.stringify(this.#keys)) return;
    this.#keys = keys;
    this.#seal = new Seal(keys);
    this.#known.clear();
  }

  /** The pass of this name (`passName`) is good no more. */
  revoke(name: string): void {
    this.#revoked.add(name);
    keepNewest(this.#revoked, MOST_REVOKED_PASSES);
    for (const [text, pass] of this.#known) if (passName(pass) === name) this.#known.delete(text);
  }

  /** What a request shows, or null where it shows none that is signed by us. Of several the first that is good. */
  find(headers: HeaderList): Clearance | null {
    const { names, values } = headers;
    let left = MOST_SHOWN;
    for (let i = 0; i < names.length; i++) {
      if (names[i] !== "cookie") continue;
      for (const text of clearancesIn(values[i]!)) {
        if (left-- === 0) return null;
        const pass = this.#verified(text);
        if (pass !== null) return pass;
      }
    }
    return null;
  }

  #verified(text: string): Clearance | null {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const pass = readClearance(text, this.#seal);
    if (pass === null || this.#revoked.has(passName(pass))) return null;
    // [SECURITY] A copy of its own: a part of the header would keep the whole header in memory (CWE-401).
    this.#known.set(Buffer.from(text, "latin1").toString("latin1"), pass);
    // Whoever still uses a forgotten one pays one signature.
    keepNewest(this.#known, MOST_KNOWN);
    return pass;
  }
}
