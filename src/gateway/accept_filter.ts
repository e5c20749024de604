import { sparesPasses } from "../core/ban_wish.ts";
import type { ListenerName } from "../core/connection.ts";
import type { Ban } from "../core/snapshot.ts";
import { type AddressWords, parseAddress } from "../lib/ip.ts";
import type { BanGate } from "./ban_gate.ts";
import type { CompiledSnapshot } from "./compiled_snapshot.ts";
import type { ConnectionTable } from "./shared_state.ts";

/**
 * Stage 01: bans and connection caps of the peer, before a byte is read. Peers on any white list always enter, and so do
 * trusted proxies and those that a listener takes PROXY headers from: the clients that they name are judged. Hosts are
 * not known yet, so only bans of scope global speak here. Where a pass was got, whoever comes is let in to show it while
 * nothing but a ban that spares passes speaks.
 */
export class AcceptFilter {
  readonly #connections: ConnectionTable;
  readonly #bans: BanGate;

  constructor(connections: ConnectionTable, bans: BanGate) {
    this.#connections = connections;
    this.#bans = bans;
  }

  /** False: the connection is closed at once. True: `leave` must follow when it ends. */
  admit(peer: string, listener: ListenerName, snapshot: CompiledSnapshot): boolean {
    const words = parseAddress(peer);
    if (words === null) return false;
    const held = this.#connections.enter(words);
    if (isSpared(words, listener, snapshot)) return true;
    const limit = listener === "admin" ? 0 : snapshot.settings.l4_conn_limit;
    if ((limit > 0 && held > limit) || this.#isClosedTo(peer, words, listener, snapshot)) {
      this.#connections.leave(words);
      return false;
    }
    return true;
  }

  /** For what knows no answer to give: who is let in to read why stays out of it. White-listed peers are never banned. */
  isBanned(peer: string, snapshot: CompiledSnapshot): boolean {
    const words = parseAddress(peer);
    if (words === null || snapshot.whiteList.find(words) !== undefined) return false;
    const ban = this.#bans.find(words, snapshot);
    if (ban !== null) this.#bans.hits.dropped(ban.id);
    return ban !== null;
  }

  leave(peer: string): void {
    const words = parseAddress(peer);
    if (words !== null) this.#connections.leave(words);
  }

  #isClosedTo(
    peer: string,
    words: AddressWords,
    listener: ListenerName,
    snapshot: CompiledSnapshot,
  ): boolean {
    const ban = this.#bans.find(words, snapshot);
    if (ban === null || (listener !== "stream" && this.#mayShowPass(words, ban, snapshot))) return false;
    const isAnswered = listener !== "stream" && snapshot.settings.ban_answer === "403";
    if (isAnswered && this.#bans.admits(peer, words)) return false;
    this.#bans.hits.dropped(ban.id);
    return true;
  }

  /** Whom the ban would not meet has to be heard first; all others at that address are refused by stage 12. */
  #mayShowPass(words: AddressWords, ban: Ban, snapshot: CompiledSnapshot): boolean {
    return sparesPasses(ban.origin) && this.#bans.holders.has(words) &&
      this.#bans.findFirm(words, snapshot) === null;
  }
}

function isSpared(words: AddressWords, listener: ListenerName, snapshot: CompiledSnapshot): boolean {
  return snapshot.anyWhiteList.find(words) !== undefined || snapshot.senders.find(words) !== undefined ||
    snapshot.proxies?.has(words) === true ||
    listener === "stream" && snapshot.streamWhiteList.find(words) !== undefined;
}
