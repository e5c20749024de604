import type { Clock } from "../core/clock.ts";
import type { ListenerName } from "../core/listener.ts";
import { type AddressWords, parseAddress } from "../lib/ip.ts";
import type { CompiledSnapshot } from "./compiled_snapshot.ts";
import type { ConnectionTable } from "./shared_state.ts";

/** How often a banned client still reads why, before its connections are closed unanswered (spec 03, `ban_answer`). */
const ANSWERS_A_MINUTE = 10;
const MINUTE_MS = 60_000;
/** Banned clients whose answers are counted at once; beyond it all are closed unanswered. */
const MOST_COUNTED = 65_536;

/**
 * Stage 01: bans and connection caps of the peer, before a byte is read. White-listed peers always enter, and so do the
 * proxies that a listener takes PROXY headers from: the clients that they name are counted. Hosts are not known yet, so
 * only bans of scope global speak here.
 */
export class AcceptFilter {
  readonly #connections: ConnectionTable;
  readonly #clock: Clock;
  readonly #answered = new Map<string, number>();
  #minuteBegan = 0;

  constructor(connections: ConnectionTable, clock: Clock) {
    this.#connections = connections;
    this.#clock = clock;
  }

  /** False: the connection is closed at once. True: `leave` must follow when it ends. */
  admit(peer: string, listener: ListenerName, snapshot: CompiledSnapshot): boolean {
    const words = parseAddress(peer);
    if (words === null) return false;
    const held = this.#connections.enter(words);
    const spared = snapshot.whiteList.find(words) ?? snapshot.senders.find(words) ??
      (snapshot.proxies?.has(words) === true || undefined) ??
      (listener === "stream" ? snapshot.streamWhiteList.find(words) : undefined);
    if (spared !== undefined) return true;
    const limit = listener === "admin" ? 0 : snapshot.settings.l4_conn_limit;
    const now = this.#clock.now();
    const ban = banOf(words, snapshot, now);
    if (
      (limit > 0 && held > limit) ||
      (ban !== undefined && (listener === "stream" || this.#isClosedTo(peer, snapshot, now)))
    ) {
      this.#connections.leave(words);
      return false;
    }
    return true;
  }

  /** For what knows no answer to give: who is let in to read why stays out of it. White-listed peers are never banned. */
  isBanned(peer: string, snapshot: CompiledSnapshot): boolean {
    const words = parseAddress(peer);
    return words !== null && snapshot.whiteList.find(words) === undefined &&
      banOf(words, snapshot, this.#clock.now()) !== undefined;
  }

  leave(peer: string): void {
    const words = parseAddress(peer);
    if (words !== null) this.#connections.leave(words);
  }

  #isClosedTo(peer: string, snapshot: CompiledSnapshot, now: number): boolean {
    if (snapshot.settings.ban_answer === "close") return true;
    if (now - this.#minuteBegan >= MINUTE_MS || now < this.#minuteBegan) {
      this.#minuteBegan = now;
      this.#answered.clear();
    }
    const answered = this.#answered.get(peer) ?? 0;
    if (answered >= ANSWERS_A_MINUTE || this.#answered.size >= MOST_COUNTED) return true;
    this.#answered.set(peer, answered + 1);
    return false;
  }
}

/** The ban of scope global that holds for an address now. */
function banOf(words: AddressWords, snapshot: CompiledSnapshot, now: number) {
  return snapshot.bans.find(words, (each) => each.expiresAt === null || each.expiresAt > now);
}
