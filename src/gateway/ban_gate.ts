import type { AddressLists } from "../core/address_list.ts";
import type { Clock } from "../core/clock.ts";
import type { Ban } from "../core/snapshot.ts";
import { CidrSet } from "../lib/cidr_set.ts";
import { clientHigh, clientLow } from "../lib/client_words.ts";
import { createGcraTable, type GcraTable } from "../lib/gcra_table.ts";
import type { AddressWords } from "../lib/ip.ts";
import { BanHits } from "./ban_hits.ts";
import type { CompiledSnapshot } from "./compiled_snapshot.ts";
import type { PassHolders } from "./pass_holders.ts";

/** How often a banned client reads why in any minute, before its connections are closed unanswered (spec 03, `ban_answer`). */
const ANSWERS = 10;
const MINUTE_MS = 60_000;
const MINUTE_US = 60_000_000;
/** [SECURITY] Banned clients whose connections wait for their first request; of others each request is counted by itself. */
const MOST_PREPAID = 65_536;
/** Banned clients whose answers are counted at once. Where there are more, see `GcraTable`. 0.5 MiB. */
const CLIENTS = 65_536;

/** Memory in which all threads count the answers that banned clients get. */
export function createBanAnswers(clients = CLIENTS): SharedArrayBuffer {
  return createGcraTable(clients);
}

export interface BanGateParts {
  /** Over `createBanAnswers`. */
  readonly answers: GcraTable;
  readonly holders: PassHolders;
  /** The time that all threads agree on, milliseconds. */
  readonly time: { now(): number };
  readonly clock: Clock;
}

/** Who is kept out everywhere, and how often they are told so. One a gateway thread. */
export class BanGate {
  readonly hits = new BanHits();
  readonly #parts: BanGateParts;
  #set: CidrSet | null = null;
  #lists: readonly Ban[] = [];
  /** By peer: connections that drew their first answer when they were let in. */
  readonly #prepaid = new Map<string, number>();
  #prepaidSinceMs = 0;

  constructor(parts: BanGateParts) {
    this.#parts = parts;
  }

  /** Addresses where passes are. */
  get holders(): PassHolders {
    return this.#parts.holders;
  }

  /** From now on these lists speak. */
  useLists({ set, lists }: AddressLists): void {
    this.#set = set === null ? null : new CidrSet(set);
    this.#lists = lists.map(({ id, name }): Ban => ({
      id,
      network: name,
      hostId: null,
      expiresAt: null,
      reason: "on a subscribed list",
      origin: "subscription",
    }));
  }

  /** The ban, or the list, that keeps the address out of every host. White lists are the caller's. */
  find(words: AddressWords, snapshot: CompiledSnapshot): Ban | null {
    return snapshot.bans.find(words, this.#parts.clock) ?? this.#listed(words);
  }

  /** The same of a client with a pass: what does not spare it. */
  findFirm(words: AddressWords, snapshot: CompiledSnapshot): Ban | null {
    return snapshot.bans.findFirm(words, this.#parts.clock) ?? this.#listed(words);
  }

  #listed(words: AddressWords): Ban | null {
    if (this.#set === null) return null;
    const place = this.#set.find(words);
    return place < 0 ? null : this.#lists[place] ?? null;
  }

  /** At accept: true where the banned peer may come in to read why. That draws the first answer of its connection. */
  admits(peer: string, words: AddressWords): boolean {
    if (this.#draw(words) < 0) return false;
    const now = this.#parts.clock.monotonic();
    if (now - this.#prepaidSinceMs >= MINUTE_MS) {
      this.#prepaidSinceMs = now;
      this.#prepaid.clear();
    }
    if (this.#prepaid.size < MOST_PREPAID) this.#prepaid.set(peer, (this.#prepaid.get(peer) ?? 0) + 1);
    return true;
  }

  /** One answer for a banned client. Returns how many more it may read now; below 0: not even this one. */
  answer(peer: string, words: AddressWords): number {
    const prepaid = this.#prepaid.get(peer) ?? 0;
    if (prepaid === 0) return this.#draw(words);
    if (prepaid === 1) this.#prepaid.delete(peer);
    else this.#prepaid.set(peer, prepaid - 1);
    return 1;
  }

  /** Ten at once, one more each minute: so no minute has more than ten. */
  #draw(words: AddressWords): number {
    const { answers, time } = this.#parts;
    return answers.take(clientHigh(words), clientLow(words), MINUTE_US, ANSWERS, time.now());
  }
}
