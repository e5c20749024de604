import type { AddressLists } from "../../core/address_list.ts";
import type { Clock } from "../../core/clock.ts";
import { AegisError, errorText } from "../../core/errors.ts";
import type { Logger, Transport } from "../../core/ports.ts";
import { collectGarbage } from "../../core/thread_scope.ts";
import { createCidrSet } from "../../lib/cidr_set.ts";
import { decodeNetworks, encodeNetworks, sizeOf } from "../../lib/network_list.ts";
import type { StoredAddressList } from "../../store/address_lists.ts";
import type { Store } from "../../store/store.ts";
import { CrowdSecDecisions } from "./crowdsec.ts";
import { isScenarioOf } from "./crowdsec_machine.ts";
import { fetchList } from "./list_fetch.ts";
import { ListParser, type ParsedList } from "./list_parser.ts";

/** After the start: what was kept serves until then, and a process that is only looked at asks nobody anything. */
const FIRST_FETCH_MS = 10_000;
/** Entries from which a fetch leaves much behind. */
const LARGE_LIST = 50_000;
/** Between tries of a list that cannot be fetched, where its own interval is not shorter. */
const RETRY_MS = 900_000;
/** [SECURITY] Of all lists that are on: some 12 MB, held once for all threads. */
const MOST_IN_ALL = 2_000_000;

export interface ListKeeperParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly transport: Transport;
  /** Gives the gateways what is in force. */
  share(lists: AddressLists): void;
  /** True: nothing is fetched but what a person asks for. */
  isOffline(): boolean;
}

/** Name of the secret that holds a list's key. */
export function listKeyName(id: string): string {
  return `address-list-key ${id}`;
}

/**
 * Keeps subscribed lists fresh and gives the gateways what they say. What cannot be fetched, does not parse or shrinks to
 * nothing changes nothing: the last good state serves on, and the list says why with its date.
 */
export class ListKeeper {
  readonly #parts: ListKeeperParts;
  readonly #decisions = new Map<string, CrowdSecDecisions>();
  /** When each list is due, monotonic milliseconds. */
  readonly #due = new Map<string, number>();
  readonly #running = new Map<string, Promise<void>>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Of a list that was never fetched; until one is. */
  #saidUnreachable = false;
  #isStarted = false;
  #isOver = false;

  constructor(parts: ListKeeperParts) {
    this.#parts = parts;
  }

  /** Serves what is kept, and fetches what is due, until `stop`. */
  start(): void {
    this.#isStarted = true;
    const { clock, store } = this.#parts;
    const now = clock.now();
    for (const list of store.addressLists.list()) {
      const due = list.fetchedAt === null ? 0 : list.fetchedAt + list.everySeconds * 1_000 - now;
      this.#due.set(list.id, clock.monotonic() + Math.max(FIRST_FETCH_MS, due));
    }
    this.share();
    this.#schedule();
  }

  stop(): void {
    this.#isStarted = false;
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** A list was made, changed or removed: gateways get what is left, and one that is on is fetched at once. */
  changed(id: string): void {
    if (!this.#isStarted) return;
    this.#decisions.delete(id);
    this.#due.delete(id);
    this.share();
    // What runs was asked of the list as it was.
    void (this.#running.get(id) ?? Promise.resolve()).then(() => {
      if (!this.#isStarted || this.#parts.store.addressLists.get(id)?.enabled !== true) return;
      if (this.#parts.isOffline()) return void this.refresh(id);
      this.#due.set(id, this.#parts.clock.monotonic());
      this.#schedule();
    });
  }

  /** Fetches one now. What came of it stands in the list; never rejects. */
  refresh(id: string): Promise<void> {
    let running = this.#running.get(id);
    if (running === undefined) {
      running = this.#refresh(id).finally(() => this.#running.delete(id));
      this.#running.set(id, running);
    }
    return running;
  }

  /** Gives the gateways the networks of the lists that are on. */
  share(): void {
    const { store } = this.#parts;
    const lists = store.addressLists.list().filter((list) => list.enabled && list.entries > 0);
    const networks = lists.map(({ id }) => decodeNetworks(store.addressLists.networks(id)!));
    this.#parts.share({
      kind: "address-lists",
      set: lists.length === 0 ? null : createCidrSet(networks),
      lists: lists.map(({ id, name }) => ({ id, name })),
    });
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const next = Math.min(...this.#due.values());
    if (!this.#isStarted || next === Infinity) return;
    const wait = Math.min(Math.max(0, next - this.#parts.clock.monotonic()), 2 ** 31 - 1);
    this.#timer = setTimeout(() => void this.fetchDue(), wait);
  }

  /** Fetches what is due; its timer's work, public so that a test can do it by hand. */
  async fetchDue(): Promise<void> {
    const now = this.#parts.clock.monotonic();
    for (const [id, due] of [...this.#due]) {
      if (due > now) continue;
      // Looked at again when the configuration may have become another.
      if (this.#parts.isOffline()) this.#due.set(id, now + RETRY_MS);
      else await this.refresh(id);
    }
    this.#schedule();
  }

  async #refresh(id: string): Promise<void> {
    const { clock, store, logger } = this.#parts;
    let list: StoredAddressList | null;
    try {
      list = store.addressLists.get(id);
    } catch (thrown) {
      // A database that is busy for a moment: the list is due again soon.
      logger.error("an address list could not be looked up", { list: id, error: errorText(thrown) });
      return void this.#due.set(id, clock.monotonic() + RETRY_MS);
    }
    if (list === null || !list.enabled) return void this.#due.delete(id);
    let waitMs = list.everySeconds * 1_000;
    try {
      const isNew = list.kind === "crowdsec" ? await this.#poll(list) : await this.#fetch(list);
      this.#saidUnreachable = false;
      if (isNew && this.#isStarted) this.share();
      // What was read and joined is garbage of megabytes, and this thread idles: nobody else would collect it.
      if (isNew && sizeIsLarge(store.addressLists.get(id))) collectGarbage("regular");
      if (list.error !== "" && !this.#isOver) {
        logger.info("an address list is fresh again", { list: list.name });
      }
    } catch (thrown) {
      // The database may be closed by now.
      if (this.#isOver) return;
      waitMs = Math.min(waitMs, RETRY_MS);
      this.#keepFailure(list, thrown);
    } finally {
      if (this.#isStarted) this.#due.set(id, clock.monotonic() + waitMs);
    }
  }

  /** A database that takes nothing (a full disk) is what such trouble may come from: it costs the note, and no thread. */
  #keepFailure(list: StoredAddressList, thrown: unknown): void {
    const { clock, store, logger } = this.#parts;
    const text = thrown instanceof AegisError ? thrown.message : "internal error";
    if (list.error !== text) this.#complain(list, thrown);
    try {
      store.addressLists.failed(list.id, clock.now(), text);
    } catch (unwritten) {
      logger.error("what became of an address list could not be written", {
        list: list.name,
        error: errorText(unwritten),
      });
    }
  }

  /**
   * One line a trouble, and a quiet one where there was never anything to lose: a machine without a network is no fault,
   * and all lists that come with Aegis fail there alike.
   */
  #complain(list: StoredAddressList, thrown: unknown): void {
    const { logger } = this.#parts;
    const fields = { list: list.name, error: errorText(thrown) };
    const message = "an address list could not be fetched";
    if (!(thrown instanceof AegisError)) logger.error(message, fields);
    else if (list.fetchedAt !== null) logger.warn(message, fields);
    else if (this.#saidUnreachable) logger.debug(message, fields);
    else {
      this.#saidUnreachable = true;
      logger.info(message, fields);
    }
  }

  /** True: its networks are others than before. */
  async #fetch(list: StoredAddressList): Promise<boolean> {
    const { store, clock, transport } = this.#parts;
    const parser = new ListParser();
    const { status, headers } = await fetchList(transport, {
      url: list.url,
      headers: [
        ...(list.etag === "" ? [] : [["if-none-match", list.etag] as const]),
        ...(list.lastModified === "" ? [] : [["if-modified-since", list.lastModified] as const]),
      ],
      onData: (chunk) => parser.push(chunk),
    });
    if (this.#isOver) return false;
    if (status === 304) {
      store.addressLists.fetched(list.id, clock.now(), list, null);
      return false;
    }
    const parsed = parser.finish();
    if (sizeOf(parsed.networks) === 0) {
      const was = list.entries === 0 ? "" : `; the ${list.entries.toLocaleString("en")} of before stay`;
      const what = parsed.leftOut === 0
        ? "line 1: the list has no entries"
        : `the list has only inner networks, or too wide ones (${parsed.leftOut})`;
      throw new AegisError("invalid_input", `${what}${was}`);
    }
    this.#keep(list, parsed, headers.get("etag") ?? "", headers.get("last-modified") ?? "");
    return true;
  }

  async #poll(list: StoredAddressList): Promise<boolean> {
    const { store, clock, transport } = this.#parts;
    const key = store.secrets.get(listKeyName(list.id));
    if (key === null) {
      throw new AegisError("invalid_input", "it has no key; make one with: cscli bouncers add aegis");
    }
    let decisions = this.#decisions.get(list.id);
    if (decisions === undefined) {
      decisions = new CrowdSecDecisions((scenario) => isScenarioOf(list.machine, scenario));
      this.#decisions.set(list.id, decisions);
    }
    const decoder = new TextDecoder();
    let text = "";
    try {
      await fetchList(transport, {
        url: list.url.replace(/\/+$/, "") + decisions.path,
        headers: [["x-api-key", key]],
        onData: (chunk) => text += decoder.decode(chunk, { stream: true }),
      });
      if (this.#isOver) return false;
      decisions.apply(text + decoder.decode(), clock.monotonic());
    } catch (thrown) {
      // What was said meanwhile is lost: the next answer has to be all of it.
      decisions.isStarted = false;
      throw thrown;
    }
    return this.#keep(list, decisions.networks(clock.monotonic()), "", "");
  }

  /** True: the networks are others than before. */
  #keep(
    list: StoredAddressList,
    { networks, leftOut }: ParsedList,
    etag: string,
    lastModified: string,
  ): boolean {
    const { store, clock } = this.#parts;
    const entries = sizeOf(networks);
    const all = store.addressLists.list().reduce(
      (sum, each) => sum + (each.enabled && each.id !== list.id ? each.entries : 0),
      entries,
    );
    if (all > MOST_IN_ALL) {
      throw new AegisError(
        "invalid_input",
        `with its ${entries.toLocaleString("en")} entries there would be ${
          all.toLocaleString("en")
        } in all; ` +
          `${MOST_IN_ALL.toLocaleString("en")} is the most`,
      );
    }
    const bytes = encodeNetworks(networks);
    const before = store.addressLists.networks(list.id);
    const isNew = before === null || !isSame(before, bytes);
    // It may have been removed while it was fetched, or sent elsewhere.
    if (store.addressLists.get(list.id)?.url !== list.url) return false;
    store.transaction(() =>
      store.addressLists.fetched(
        list.id,
        clock.now(),
        { entries, leftOut, etag: etag.slice(0, 500), lastModified: lastModified.slice(0, 100) },
        isNew ? bytes : null,
      )
    );
    return isNew;
  }
}

function sizeIsLarge(list: StoredAddressList | null): boolean {
  return list !== null && list.entries >= LARGE_LIST;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
