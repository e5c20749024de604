import type { Clock } from "../../core/clock.ts";
import { AegisError, errorText } from "../../core/errors.ts";
import type { Logger, Transport } from "../../core/ports.ts";
import { parseCidr } from "../../lib/ip.ts";
import type { StoredAddressList } from "../../store/address_lists.ts";
import type { StoredBan } from "../../store/bans.ts";
import type { Store } from "../../store/store.ts";
import { CrowdSecMachine, type Offer, scenarioOf } from "./crowdsec_machine.ts";
import { isBannable } from "./list_parser.ts";

const EVERY_MS = 10_000;
/** After a failure. */
const RETRY_MS = 60_000;
/** A ban that ends sooner is over before others have heard of it. */
const LEAST_MS = 300_000;
/** Bans that last longer are offered for so long, again and again: what nobody renews ends there by itself. */
const LONGEST_MS = 30 * 86_400_000;
const MOST_AT_ONCE = 100;
/** Calls of one round; what is left waits for the next. */
const MOST_CALLS = 20;

export interface BanOffersParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly transport: Transport;
  /** True: nobody is told anything. */
  isOffline(): boolean;
}

/** Name of the secret that holds the password of a list's machine. */
export function machinePasswordName(id: string): string {
  return `address-list-machine ${id}`;
}

/**
 * Offers bans of this Aegis to the CrowdSec Local APIs whose lists say so, and takes back what is lifted (spec 03, Bans
 * and lists). What was told stands in the store: a server that is away, and a restart, cost no ban.
 */
export class BanOffers {
  readonly #parts: BanOffersParts;
  readonly #machines = new Map<string, CrowdSecMachine>();
  #notBefore = -Infinity;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #running: Promise<void> | null = null;

  constructor(parts: BanOffersParts) {
    this.#parts = parts;
  }

  /** Looks every few seconds until `stop`. */
  start(): void {
    this.#timer = setInterval(() => {
      if (this.#parts.clock.monotonic() >= this.#notBefore) void this.run();
    }, EVERY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** A list was changed: who signs in there may be another. */
  changed(id: string): void {
    this.#machines.delete(id);
    this.#notBefore = -Infinity;
  }

  /** One round. Never rejects: what came of it stands in the lists. */
  run(): Promise<void> {
    this.#running ??= this.#round().finally(() => this.#running = null);
    return this.#running;
  }

  async #round(): Promise<void> {
    const { store, clock, logger } = this.#parts;
    if (this.#parts.isOffline()) return;
    try {
      for (const list of store.addressLists.list()) {
        if (list.kind === "crowdsec" && list.machine !== "") await this.#tell(list);
      }
      store.offeredBans.deleteEnded(clock.now());
    } catch (thrown) {
      logger.error("what CrowdSec was told could not be written", { error: errorText(thrown) });
      this.#notBefore = clock.monotonic() + RETRY_MS;
    }
  }

  async #tell(list: StoredAddressList): Promise<void> {
    const { store, clock, logger } = this.#parts;
    try {
      const told = await this.#exchange(list);
      if (told > 0 || list.offerError !== "") store.addressLists.offered(list.id, clock.now(), "");
    } catch (thrown) {
      if (!(thrown instanceof AegisError)) throw thrown;
      this.#notBefore = clock.monotonic() + RETRY_MS;
      if (list.offerError !== thrown.message) {
        logger.warn("bans could not be offered to CrowdSec", { list: list.name, error: thrown.message });
      }
      store.addressLists.offered(list.id, null, thrown.message);
    }
  }

  /** Returns how many bans were offered or taken back. */
  async #exchange(list: StoredAddressList): Promise<number> {
    const { store, clock } = this.#parts;
    let told = 0;
    for (const gone of store.offeredBans.withdrawn(list.id, clock.now(), !list.offers, MOST_CALLS)) {
      if (isOthers(gone.network)) await this.#machineOf(list).withdraw(gone);
      store.offeredBans.delete(list.id, gone.banId);
      told++;
    }
    for (let calls = 0; list.offers && calls < MOST_CALLS; calls++) {
      const now = clock.now();
      const bans = store.offeredBans.pending(list.id, now + LEAST_MS, MOST_AT_ONCE);
      if (bans.length === 0) break;
      const offers = bans.map((ban) => offerOf(ban, list.machine, now));
      // Inner networks are nobody else's to ban; they are noted as told, so that nobody looks at them again.
      const others = offers.filter(({ network }) => isOthers(network));
      if (others.length > 0) await this.#machineOf(list).offer(others, now);
      store.transaction(() => {
        for (const offer of offers) store.offeredBans.insert(list.id, offer);
      });
      told += others.length;
    }
    return told;
  }

  #machineOf(list: StoredAddressList): CrowdSecMachine {
    const known = this.#machines.get(list.id);
    if (known !== undefined) return known;
    const { store, transport } = this.#parts;
    const password = store.secrets.get(machinePasswordName(list.id));
    if (password === null) {
      throw new AegisError("invalid_input", "it has no password; make one with: cscli machines add aegis");
    }
    const machine = new CrowdSecMachine(transport, { url: list.url, machine: list.machine, password });
    this.#machines.set(list.id, machine);
    return machine;
  }
}

function offerOf(ban: StoredBan, machine: string, now: number): Offer {
  const { id, network, origin, reason, createdAt, expiresAt } = ban;
  return {
    banId: id,
    network,
    scenario: scenarioOf(machine, origin),
    endsAt: Math.min(expiresAt ?? Infinity, now + LONGEST_MS),
    reason,
    startsAt: createdAt,
  };
}

function isOthers(network: string): boolean {
  const cidr = parseCidr(network);
  return cidr !== null && isBannable(cidr);
}
