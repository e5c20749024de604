import type { BanWish } from "../../core/ban_wish.ts";
import { errorText } from "../../core/errors.ts";
import type { Notice } from "../../core/notice.ts";
import type { Logger } from "../../core/ports.ts";
import { clientNetwork, formatCidr, parseAddress } from "../../lib/ip.ts";
import { keepNewest } from "../../lib/keep_newest.ts";
import type { StoredBan } from "../../store/bans.ts";
import { type ExemptionControl, type ExemptionTest, exemptionTest } from "./ban_exemptions.ts";
import { BanAudit } from "./ban_audit.ts";
import { newId } from "../ids.ts";
import { SharedAddress } from "./shared_address.ts";

const MAKER = "automatic blocking";
const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400;
/** Bans of a client in a day that keep their length; each after these is twice as long as the one before. */
const PLAIN_BANS = 2;
/** [SECURITY] Clients remembered; the one not heard of for longest leaves first. */
const MOST_CLIENTS = 20_000;
/** Bans in force that no person made; where there are so many, the one that ends first gives way. */
const MOST_BANS = 50_000;
/** Publications of the ban table are at least this far apart, and further where it is long: a gateway reads all of it. */
const PUBLISH_EVERY_MS = 500;
const BANS_A_MS = 10;
/** Lines of one notice. */
const MOST_TOLD = 20;

export type BanDeskControl = ExemptionControl & {
  readonly logger: Logger;
  notify(notice: Notice): void;
  /** Follows the machine's clock, where it was set. */
  checkClock(): void;
  /** Builds the next snapshot, and hands back what sends it. */
  prepare(): () => Promise<void>;
};

/** What is remembered of a client on a host, or everywhere. Times are monotonic: no clock that is set changes them. */
interface Client {
  /** When it was banned, of the last day. */
  bans: number[];
  /** Until when the last ban lasts. */
  until: number;
}

/** What became of wishes since the start. */
export interface BanDeskCounts {
  readonly banned: number;
  /** Of clients that are never banned. */
  readonly exempt: number;
  /** While one address stands for everybody. */
  readonly paused: number;
  /** Bans that gave way to newer ones in a full table. */
  readonly evicted: number;
}

/**
 * The one place where a wish becomes a ban (spec 03, Bans and lists): it spares loopback, white lists, trusted proxies
 * and whoever is signed in, makes repeated bans longer, and writes, audits and publishes them in batches.
 */
export class BanDesk {
  readonly #control: BanDeskControl;
  readonly #clients = new Map<string, Client>();
  /** Who nearly all requests come from, where that is one address of an inner network. */
  readonly sharedAddress = new SharedAddress();
  readonly #audit: BanAudit;
  #counts = { banned: 0, exempt: 0, paused: 0, evicted: 0 };
  #pending: StoredBan[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #nextPublication = -Infinity;

  constructor(control: BanDeskControl) {
    this.#control = control;
    this.#audit = new BanAudit(control);
    this.#recall();
  }

  /** What an earlier life of this thread knew: who is banned, and how often of late. */
  #recall(): void {
    const { store, clock } = this.#control;
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    const since = now - DAY_MS;
    for (const { network, hostId, times } of store.repeatedBans.list(since).slice(-MOST_CLIENTS)) {
      // A clock that was set back since then must not make them future ones.
      const bans = times.filter((at) => at > since).map((at) => monotonic - Math.max(0, now - at));
      this.#clients.set(keyOf(network, hostId), { bans, until: 0 });
    }
    for (const { network, hostId, expiresAt, createdBy } of store.bans.list(now)) {
      const client = createdBy === MAKER ? this.#clients.get(keyOf(network, hostId)) : undefined;
      if (client !== undefined) client.until = expiresAt === null ? Infinity : monotonic + expiresAt - now;
    }
  }

  get counts(): BanDeskCounts {
    return this.#counts;
  }

  /** From gateways and analyst, and from control itself. Wishes for a client that is banned already are fulfilled. */
  wish(wishes: readonly BanWish[]): void {
    this.#control.checkClock();
    // [SECURITY] Asked once a batch: a flood of wishes must not have all hosts and sessions read for each.
    const whyExempt = exemptionTest(this.#control);
    for (const wish of wishes) this.#consider(wish, whyExempt);
    if (this.#pending.length > 0) this.#schedule();
  }

  /** True while a ban made here keeps the client out of the host, or of everywhere. */
  isBanned(client: string, hostId: string | null): boolean {
    const words = parseAddress(client);
    if (words === null) return false;
    const known = this.#clients.get(keyOf(formatCidr(clientNetwork(words)), hostId));
    return known !== undefined && known.until > this.#control.clock.monotonic();
  }

  /** A person has lifted the ban: the client begins anew. */
  forget(network: string, hostId: string | null): void {
    this.#clients.delete(keyOf(network, hostId));
    this.#control.store.repeatedBans.delete(network, hostId);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#keepPending();
    this.#audit.close();
  }

  /** What no gateway hears of any more is in force from the next start on. */
  #keepPending(): void {
    const bans = this.#takePending();
    if (bans.length === 0) return;
    try {
      this.#write(bans);
    } catch (thrown) {
      this.#control.logger.error("clients could not be banned", {
        clients: bans.length,
        error: errorText(thrown),
      });
    }
  }

  #consider(wish: BanWish, whyExempt: ExemptionTest): void {
    const words = parseAddress(wish.client);
    if (words === null || this.isBanned(wish.client, wish.hostId)) return;
    // [SECURITY] One address stands for all clients: banning it would be the attacker's success.
    if (this.sharedAddress.state !== null) return void this.#counts.paused++;
    const cidr = clientNetwork(words);
    if (whyExempt(words, cidr, wish.hostId) !== null) return void this.#counts.exempt++;
    const network = formatCidr(cidr);
    const { clock } = this.#control;
    const client = this.#clientOf(keyOf(network, wish.hostId));
    const at = clock.monotonic();
    client.bans = [...client.bans.filter((each) => each > at - DAY_MS), at];
    const seconds = wish.seconds === null ? null : lengthOf(wish.seconds, client.bans.length);
    client.until = seconds === null ? Infinity : at + seconds * 1_000;
    const now = clock.now();
    this.#pending.push({
      id: newId("ban"),
      network,
      hostId: wish.hostId,
      expiresAt: seconds === null ? null : now + seconds * 1_000,
      reason: wish.reason,
      origin: wish.origin,
      createdAt: now,
      createdBy: MAKER,
    });
  }

  #keep({ network, hostId }: StoredBan): void {
    const { store, clock } = this.#control;
    const client = this.#clients.get(keyOf(network, hostId));
    if (client === undefined) return;
    const zero = clock.now() - clock.monotonic();
    store.repeatedBans.put({ network, hostId, times: client.bans.map((at) => at + zero) });
  }

  #noticeOf(bans: readonly StoredBan[]): Notice {
    const [first] = bans;
    const names = new Map(this.#control.hosts().map(({ id, domains }) => [id, domains[0] ?? id]));
    const lines = bans.slice(0, MOST_TOLD).map(({ network, hostId, reason, expiresAt }) => {
      const where = hostId === null ? "everywhere" : `on ${names.get(hostId) ?? hostId}`;
      const end = expiresAt === null ? "for good" : `until ${new Date(expiresAt).toISOString()}`;
      return `${network}, ${where}, ${end}: ${reason}`;
    });
    if (bans.length > MOST_TOLD) lines.push(`and ${bans.length - MOST_TOLD} more`);
    return {
      kind: "auto_ban",
      ...(bans.length === 1 && first!.hostId !== null ? { host: first!.hostId } : {}),
      subject: bans.length === 1 ? `${first!.network} was banned` : `${bans.length} clients were banned`,
      text: lines.join("\n"),
      at: this.#control.clock.now(),
    };
  }

  #clientOf(key: string): Client {
    const client = this.#clients.get(key) ?? { bans: [], until: 0 };
    this.#clients.delete(key);
    this.#clients.set(key, client);
    keepNewest(this.#clients, MOST_CLIENTS);
    return client;
  }

  #schedule(): void {
    const wait = this.#nextPublication - this.#control.clock.monotonic();
    this.#timer ??= setTimeout(() => void this.#publish(), Math.max(0, wait));
  }

  #takePending(): StoredBan[] {
    const bans = this.#pending.slice(-MOST_BANS);
    this.#pending = [];
    return bans;
  }

  /** Returns how many others had to give way. */
  #write(bans: readonly StoredBan[]): number {
    const { store, clock } = this.#control;
    const { evicted, rest } = store.transaction(() => {
      const evicted = store.bans.makeRoom(clock.now(), MOST_BANS - bans.length);
      for (const ban of bans) {
        store.bans.insert(ban);
        this.#keep(ban);
      }
      store.repeatedBans.trim(clock.now() - DAY_MS, MOST_CLIENTS);
      return { evicted, rest: this.#audit.write(bans) };
    });
    this.#audit.gather(rest);
    this.#counts.banned += bans.length;
    this.#counts.evicted += evicted;
    return evicted;
  }

  /** Puts what is pending into the table and sends it, as one change. */
  async #publish(): Promise<void> {
    this.#timer = null;
    const { store, clock, logger } = this.#control;
    const bans = this.#takePending();
    this.#nextPublication = clock.monotonic() + PUBLISH_EVERY_MS;
    try {
      const inForce = store.bans.count(clock.now());
      this.#nextPublication = clock.monotonic() + Math.max(PUBLISH_EVERY_MS, inForce / BANS_A_MS);
      const { send, evicted } = store.transaction(() => {
        const evicted = this.#write(bans);
        return { send: this.#control.prepare(), evicted };
      });
      await send();
      this.#control.notify(this.#noticeOf(bans));
      logger.info("clients were banned", { clients: bans.length, network: bans[0]!.network, evicted });
    } catch (thrown) {
      // What could not be written is not in force: the next wish is taken as the first.
      for (const ban of bans) this.#clients.delete(keyOf(ban.network, ban.hostId));
      logger.error("clients could not be banned", { clients: bans.length, error: errorText(thrown) });
    }
  }
}

function keyOf(network: string, hostId: string | null): string {
  return `${hostId ?? "*"} ${network}`;
}

/** From the third ban of a day on twice as long each time, up to a day, or to its own length where that is longer. */
function lengthOf(seconds: number, bans: number): number {
  return Math.min(Math.max(DAY_SECONDS, seconds), seconds * 2 ** Math.max(0, bans - PLAIN_BANS));
}
