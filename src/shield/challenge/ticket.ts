import type { Level } from "./difficulty.ts";
import { isNetworkText } from "./network.ts";
import type { Seal } from "./seal.ts";

const LONGEST = 240;
/** Long enough for the heaviest proof on a slow phone. */
const LIFE_SECONDS = 300;
const AHEAD_SECONDS = 60;
const PURPOSE = "challenge";

/**
 * A challenge that was given out. It is kept nowhere: the client brings it back with its proof, and the signature says
 * that it is one of ours, unchanged.
 */
export interface Ticket {
  /** The page's request id: no two challenges have the same. */
  readonly nonce: string;
  readonly hostHash: string;
  /** Of whom it was given to. */
  readonly network: string;
  /** Seconds since 1970. */
  readonly issued: number;
  /**
   * [SECURITY] Signed with the rest: a client that could choose its difficulty would choose none. 0: no proof, but
   * waiting (see `isRipe`); only where the host lets browsers without scripts in.
   */
  readonly level: Level | 0;
  /**
   * Of the process that gave it out. [SECURITY] Which challenges were used stands in its memory: those of one before it
   * could be used again.
   */
  readonly life: string;
}

export function ticketText({ nonce, hostHash, network, issued, level, life }: Ticket, seal: Seal): string {
  return seal.sign(PURPOSE, `v1.${nonce}.${hostHash}.${network}.${issued}.${level}.${life}`);
}

/** What a challenge says that a client brings back, or null where it is none of ours. */
export function readTicket(text: string, seal: Seal): Ticket | null {
  if (text.length > LONGEST || !text.startsWith("v1.")) return null;
  const signed = seal.open(PURPOSE, text);
  const [, nonce, hostHash, network, issued, level, life] = signed?.split(".") ?? [];
  if (level === undefined || life === undefined || !isNetworkText(network!)) return null;
  return {
    nonce: nonce!,
    hostHash: hostHash!,
    network: network!,
    issued: Number(issued),
    level: Number(level) as Level | 0,
    life,
  };
}

export function isTicketCurrent({ issued }: Ticket, nowMs: number): boolean {
  const age = nowMs / 1_000 - issued;
  return age <= LIFE_SECONDS && age >= -AHEAD_SECONDS;
}

/** When it cannot be shown any more, seconds since 1970. */
export function ticketEnd({ issued }: Ticket): number {
  return issued + LIFE_SECONDS;
}

/** What a browser without scripts waits, seconds. */
export const WAIT_SECONDS = 10;

/** Whole seconds until a ticket of level 0 is worth a pass; 0: now. */
export function secondsUntilRipe({ issued }: Ticket, nowMs: number): number {
  return Math.max(0, Math.ceil(issued + WAIT_SECONDS - nowMs / 1_000));
}
