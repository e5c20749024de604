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

export type AutoBlockControl = Pick<Control, "settings" | "logger"> & {
  readonly clock: Clock;
  readonly banDesk: Pick<Control["banDesk"], "wish" | "isBanned">;
  readonly rules: Pick<Control["rules"], "nameOf">;
};

/**
 * Wants clients banned whose requests the rules refused (spec 02, Automatic blocking): after one critical finding, or
 * the third refusal in ten minutes. Who has a pass may share an address with many: it loses the pass instead, and is
 * challenged anew.
 */
export class AutoBlock {
  readonly #control: AutoBlockControl;
  /** Tells the gateways which passes are good no more. */
  readonly #revoke: (passes: readonly string[]) => void;
  /** By client (or its pass) and scope: times of refusals within the window, monotonic. */
  readonly #strikes = new Map<string, number[]>();

  constructor(control: AutoBlockControl, revoke: (passes: readonly string[]) => void) {
    this.#control = control;
    this.#revoke = revoke;
  }

  /** From the gateways. */
  note(offences: readonly Offence[]): void {
    const { waf } = this.#control.settings();
    const least = SEVERITY_ORDER.indexOf(waf.auto_blacklist_min_severity as Offence["severity"]);
    if (least < 0) return;
    const counted = offences.filter((each) => SEVERITY_ORDER.indexOf(each.severity) >= least);
    const wishes = counted.flatMap((each) => each.pass === undefined ? this.#strike(each) : []);
    if (wishes.length > 0) this.#control.banDesk.wish(wishes);
    const passes = counted.flatMap(({ pass, hostId, severity }) =>
      pass !== undefined && this.#count(`${hostId} ${pass}`, severity) !== null ? [pass] : []
    );
    if (passes.length === 0) return;
    this.#revoke(passes);
    this.#control.logger.info("passes were taken back: rules refused their requests", {
      passes: passes.length,
    });
  }

  #strike(offence: Offence): BanWish[] {
    const { waf } = this.#control.settings();
    const words = parseAddress(offence.client);
    const hostId = waf.auto_blacklist_scope === "global" ? null : offence.hostId;
    // What was on its way when the ban came is no reason for the next.
    if (words === null || this.#control.banDesk.isBanned(offence.client, hostId)) return [];
    const strikes = this.#count(`${hostId ?? "*"} ${formatCidr(clientNetwork(words))}`, offence.severity);
    if (strikes === null) return [];
    const rule = this.#ruleText(offence.ruleId);
    return [{
      client: offence.client,
      hostId,
      seconds: waf.auto_blacklist_action === "blacklist" ? null : waf.auto_blacklist_timeout_seconds,
      reason: strikes === 1 ? `refused by ${rule}` : `${strikes} refusals in 10 minutes, the last by ${rule}`,
      origin: "automatic",
    }];
  }

  /** One refusal more. Returns how many there were, where they are enough to act, else null. */
  #count(key: string, severity: Offence["severity"]): number | null {
    const now = this.#control.clock.monotonic();
    const strikes = [...(this.#strikes.get(key) ?? []).filter((at) => at > now - WINDOW_MS), now];
    this.#strikes.delete(key);
    if (severity === "critical" || strikes.length >= STRIKES) return strikes.length;
    this.#strikes.set(key, strikes);
    if (this.#strikes.size > MOST_CLIENTS) this.#strikes.delete(this.#strikes.keys().next().value!);
    return null;
  }

  /** The id of a rule of one's own says nothing to people. */
  #ruleText(id: string): string {
    const name = this.#control.rules.nameOf(id);
    return name === id ? id : `${id} (${name})`;
  }
}
