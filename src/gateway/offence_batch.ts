import type { Finding } from "../core/finding.ts";
import { type Offence, SEVERITY_ORDER } from "../core/offence.ts";

/** Soon enough that a client's next request meets the ban, seldom enough that a flood costs nothing. */
const FLUSH_MS = 50;
/** [SECURITY] Of one batch; a flood from more clients than this is the shield's. */
const MOST = 500;
/** Of one client by one rule in one batch: as many as may block it; a flood says nothing more. */
const MOST_ALIKE = 3;

/** Refusals by rules on their way to control, a few at a time. */
export class OffenceBatch {
  #send: ((offences: readonly Offence[]) => void) | null = null;
  #waiting: Offence[] = [];
  /** How many of those that wait are like the last one. */
  #alike = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  connect(send: (offences: readonly Offence[]) => void): void {
    this.#send = send;
  }

  /** A request of `client` was refused because of `findings`. `pass`: the name of the one that it showed. */
  note(hostId: string, client: string, findings: readonly Finding[], pass?: string): void {
    if (this.#send === null || this.#waiting.length >= MOST || findings.length === 0) return;
    const worst = findings.reduce((a, b) =>
      SEVERITY_ORDER.indexOf(b.severity) > SEVERITY_ORDER.indexOf(a.severity) ? b : a
    );
    const last = this.#waiting.at(-1);
    const isAlike = last !== undefined && last.client === client && last.hostId === hostId &&
      last.ruleId === worst.ruleId && last.severity === worst.severity && last.pass === pass;
    this.#alike = isAlike ? this.#alike + 1 : 1;
    if (this.#alike > MOST_ALIKE) return;
    const offence = { hostId, client, severity: worst.severity, ruleId: worst.ruleId };
    this.#waiting.push(pass === undefined ? offence : { ...offence, pass });
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#send?.(waiting);
  }
}
