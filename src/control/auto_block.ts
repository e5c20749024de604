import type { Logger } from "../core/ports.ts";
import type { Clock } from "../core/clock.ts";
import { errorText } from "../core/errors.ts";
import { type Offence, SEVERITY_ORDER } from "../core/offence.ts";
import { clientNetwork, contains, formatCidr, parseAddress, parseCidr } from "../lib/ip.ts";
import type { StoredBan } from "../store/bans.ts";
import type { Control } from "./control.ts";
import { newId } from "./ids.ts";

const WINDOW_MS = 600_000;
const DAY_MS = 86_400_000;
/** Refused requests within the window that a client may have before the next one blocks it. */
const STRIKES = 3;
/** [SECURITY] Clients remembered; the one not heard of for longest leaves first. */
const MOST_CLIENTS = 20_000;
/** Automatic bans in force; beyond it the shield must do what a table cannot. */
const MOST_BANS = 50_000;
/** Publications of the ban table are at least this far apart. */
const PUBLISH_EVERY_MS = 500;
const LOOPBACK = ["127.0.0.0/8", "::1/128"];

export type AutoBlockControl = Pick<Control, "store" | "settings" | "hosts"> & {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly publisher: Pick<Control["publisher"], "prepare">;
};

/** What is remembered of a client on a host, or everywhere. */
interface Client {
  /** Times of refusals within the window. */
  strikes: number[];
  /** Times of its blocks within a day. */
  blocks: number[];
  /** Until when the last block lasts. */
  until: number;
}

/**
 * Blocks clients whose requests the rules refused (spec 02, Automatic blocking): after one critical finding, or the
 * third refusal in ten minutes. Loopback, white lists and the addresses of whoever is signed in are never blocked.
 */
export class AutoBlock {
  readonly #control: AutoBlockControl;
  readonly #clients = new Map<string, Client>();
  #pending: StoredBan[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #lastPublished = 0;

  constructor(control: AutoBlockControl) {
    this.#control = control;
  }

  /** From the gateways. */
  note(offences: readonly Offence[]): void {
    const { waf } = this.#control.settings();
    const least = SEVERITY_ORDER.indexOf(waf.auto_blacklist_min_severity as Offence["severity"]);
    if (least < 0) return;
    for (const offence of offences) {
      if (SEVERITY_ORDER.indexOf(offence.severity) >= least) this.#strike(offence);
    }
    if (this.#pending.length > 0) this.#schedule();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #strike(offence: Offence): void {
    const { clock } = this.#control;
    const { waf } = this.#control.settings();
    const words = parseAddress(offence.client);
    if (words === null) return;
    const hostId = waf.auto_blacklist_scope === "global" ? null : offence.hostId;
    const network = formatCidr(clientNetwork(words));
    const now = clock.now();
    const client = this.#clientOf(`${hostId ?? "*"} ${network}`);
    if (client.until > now || this.#isExempt(words, offence.hostId)) return;
    client.strikes = [...client.strikes.filter((at) => at > now - WINDOW_MS), now];
    if (offence.severity !== "critical" && client.strikes.length < STRIKES) return;
    const strikes = client.strikes.length;
    client.strikes = [];
    client.blocks = [...client.blocks.filter((at) => at > now - DAY_MS), now];
    const seconds = lengthOf(waf.auto_blacklist_timeout_seconds, client.blocks.length);
    const isForGood = waf.auto_blacklist_action === "blacklist";
    client.until = isForGood ? Infinity : now + seconds * 1_000;
    this.#pending.push({
      id: newId("ban"),
      network,
      hostId,
      expiresAt: isForGood ? null : client.until,
      reason: strikes === 1
        ? `refused by ${offence.ruleId}`
        : `${strikes} refusals in 10 minutes, the last by ${offence.ruleId}`,
      origin: "automatic",
      createdAt: now,
      createdBy: "automatic blocking",
    });
  }

  #clientOf(key: string): Client {
    const client = this.#clients.get(key) ?? { strikes: [], blocks: [], until: 0 };
    this.#clients.delete(key);
    this.#clients.set(key, client);
    if (this.#clients.size > MOST_CLIENTS) this.#clients.delete(this.#clients.keys().next().value!);
    return client;
  }

  /** [SECURITY] Nobody can lock an administrator out by sending attacks from the same address. */
  #isExempt(words: Parameters<typeof contains>[1], hostId: string): boolean {
    const { store, clock } = this.#control;
    const host = this.#control.hosts().find((each) => each.id === hostId);
    const lists = [...LOOPBACK, ...this.#control.settings().whitelist_cidrs, ...host?.whitelist_cidrs ?? []];
    const network = clientNetwork(words);
    const now = clock.now();
    const signedIn = store.sessions.list().filter((each) => each.expiresAt > now && each.idleExpiresAt > now);
    return lists.some((each) => {
      const cidr = parseCidr(each);
      return cidr !== null && (contains(cidr, words) || contains(network, cidr.words));
    }) || signedIn.some((session) => {
      const address = parseAddress(session.address);
      return address !== null && contains(network, address);
    });
  }

  #schedule(): void {
    const wait = this.#lastPublished + PUBLISH_EVERY_MS - this.#control.clock.monotonic();
    this.#timer ??= setTimeout(() => void this.#publish(), Math.max(0, wait));
  }

  /** Puts what is pending into the table and sends it, as one change. */
  async #publish(): Promise<void> {
    this.#timer = null;
    const { store, clock, logger, publisher } = this.#control;
    this.#lastPublished = clock.monotonic();
    const bans = this.#pending;
    this.#pending = [];
    try {
      const send = store.transaction(() => {
        const room = MOST_BANS - store.bans.countAutomatic(clock.now());
        for (const ban of bans.slice(0, Math.max(0, room))) {
          store.bans.insert(ban);
          store.audit.append(auditRow(ban));
        }
        return publisher.prepare();
      });
      await send();
      logger.info("clients were blocked", { clients: bans.length, network: bans[0]!.network });
    } catch (thrown) {
      logger.error("clients could not be blocked", { clients: bans.length, error: errorText(thrown) });
    }
  }
}

/** From the third block of a day on twice as long each time, up to a day. */
function lengthOf(seconds: number, blocks: number): number {
  return Math.min(DAY_MS / 1_000, seconds * 2 ** Math.max(0, blocks - 2));
}

function auditRow(ban: StoredBan) {
  return {
    at: ban.createdAt,
    actorKind: "system" as const,
    actorId: "auto-block",
    actorName: ban.createdBy,
    address: "",
    operation: "bans.create",
    subject: ban.network,
    before: null,
    after: ban,
  };
}
