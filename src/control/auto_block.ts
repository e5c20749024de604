import type { BanWish } from "../core/ban_wish.ts";
import type { Clock } from "../core/clock.ts";
import { type Offence, SEVERITY_ORDER } from "../core/offence.ts";
import { clientNetwork, formatCidr, parseAddress } from "../lib/ip.ts";
import type { Control } from "./control.ts";

const WINDOW_MS = 600_000;
/** Refused requests within the window that block a client. */
const STRIKES = 3;
/** [SECURITY] Clients remembered; the one not heard of for longest leaves first. */
const MOST_CLIENTS = 20_000;

export type AutoBlockControl = Pick<Control, "settings"> & {
  readonly clock: Clock;
  readonly banDesk: Pick<Control["banDesk"], "wish" | "isBanned">;
};

/**
 * Wants clients banned whose requests the rules refused (spec 02, Automatic blocking): after one critical finding, or
 * the third refusal in ten minutes.
 */
export class AutoBlock {
  readonly #control: AutoBlockControl;
  /** By client and scope: times of refusals within the window, monotonic. */
  readonly #strikes = new Map<string, number[]>();

  constructor(control: AutoBlockControl) {
    this.#control = control;
  }

  /** From the gateways. */
  note(offences: readonly Offence[]): void {
    const { waf } = this.#control.settings();
    const least = SEVERITY_ORDER.indexOf(waf.auto_blacklist_min_severity as Offence["severity"]);
    if (least < 0) return;
    const wishes = offences.filter((each) => SEVERITY_ORDER.indexOf(each.severity) >= least)
      .flatMap((each) => this.#strike(each));
    if (wishes.length > 0) this.#control.banDesk.wish(wishes);
  }

  #strike(offence: Offence): BanWish[] {
    const { waf } = this.#control.settings();
    const words = parseAddress(offence.client);
    const hostId = waf.auto_blacklist_scope === "global" ? null : offence.hostId;
    // What was on its way when the ban came is no reason for the next.
    if (words === null || this.#control.banDesk.isBanned(offence.client, hostId)) return [];
    const now = this.#control.clock.monotonic();
    const key = `${hostId ?? "*"} ${formatCidr(clientNetwork(words))}`;
    const strikes = [...(this.#strikes.get(key) ?? []).filter((at) => at > now - WINDOW_MS), now];
    this.#strikes.delete(key);
    if (offence.severity !== "critical" && strikes.length < STRIKES) {
      this.#strikes.set(key, strikes);
      if (this.#strikes.size > MOST_CLIENTS) this.#strikes.delete(this.#strikes.keys().next().value!);
      return [];
    }
    return [{
      client: offence.client,
      hostId,
      seconds: waf.auto_blacklist_action === "blacklist" ? null : waf.auto_blacklist_timeout_seconds,
      reason: strikes.length === 1
        ? `refused by ${offence.ruleId}`
        : `${strikes.length} refusals in 10 minutes, the last by ${offence.ruleId}`,
      origin: "automatic",
    }];
  }
}
