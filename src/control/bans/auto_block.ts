import type { BanWish } from "../../core/ban_wish.ts";
import { LONGEST_PASS_MS, MOST_REVOKED_PASSES } from "../../core/challenge.ts";
import type { Clock } from "../../core/clock.ts";
import { errorText } from "../../core/errors.ts";
import { type Offence, SEVERITY_ORDER } from "../../core/offence.ts";
import { clientNetwork, formatCidr, parseAddress } from "../../lib/ip.ts";
import type { Control } from "../control.ts";
import { StrikeBook } from "./strike_book.ts";

/** Refused requests within the window that block a client. */
const STRIKES = 3;

export type AutoBlockControl = Pick<Control, "settings" | "logger" | "store"> & {
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
  readonly #strikes: StrikeBook;

  constructor(control: AutoBlockControl, revoke: (passes: readonly string[]) => void) {
    this.#control = control;
    this.#revoke = revoke;
    this.#strikes = new StrikeBook(control);
    const { store, clock } = control;
    const passes = store.revokedPasses.list(clock.now()).slice(-MOST_REVOKED_PASSES);
    if (passes.length > 0) revoke(passes);
  }

  /** Writes what is not written yet. */
  close(): void {
    this.#strikes.close();
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
      pass !== undefined && this.#count(pass, hostId, severity) !== null ? [pass] : []
    );
    if (passes.length > 0) this.#takeBack(passes);
  }

  #takeBack(passes: readonly string[]): void {
    this.#revoke(passes);
    const { store, clock, logger } = this.#control;
    try {
      store.transaction(() => {
        for (const pass of passes) store.revokedPasses.put(pass, clock.now() + LONGEST_PASS_MS);
        store.revokedPasses.trim(clock.now(), MOST_REVOKED_PASSES);
      });
    } catch (thrown) {
      // They are taken back all the same, until the process ends.
      logger.error("passes that were taken back could not be written", { error: errorText(thrown) });
    }
    logger.info("passes were taken back: rules refused their requests", {
      passes: passes.length,
    });
  }

  #strike(offence: Offence): BanWish[] {
    const { waf } = this.#control.settings();
    const words = parseAddress(offence.client);
    const hostId = waf.auto_blacklist_scope === "global" ? null : offence.hostId;
    // What was on its way when the ban came is no reason for the next.
    if (words === null || this.#control.banDesk.isBanned(offence.client, hostId)) return [];
    const strikes = this.#count(formatCidr(clientNetwork(words)), hostId, offence.severity);
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
  #count(client: string, hostId: string | null, severity: Offence["severity"]): number | null {
    const strikes = this.#strikes.add(client, hostId);
    if (severity !== "critical" && strikes < STRIKES) return null;
    this.#strikes.forget(client, hostId);
    return strikes;
  }

  /** The id of a rule of one's own says nothing to people. */
  #ruleText(id: string): string {
    const name = this.#control.rules.nameOf(id);
    return name === id ? id : `${id} (${name})`;
  }
}
