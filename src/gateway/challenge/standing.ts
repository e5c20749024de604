import type { Clock } from "../../core/clock.ts";
import type { HeaderList } from "../../core/header_list.ts";
import type { AddressWords } from "../../lib/ip.ts";
import type { Flow } from "../pipeline/flow.ts";
import { type Clearance, holdsNetwork, isCurrent, passName } from "../../shield/challenge/clearance.ts";
import { networkText } from "../../shield/challenge/network.ts";
import type { ChallengePlan } from "./challenge_plan.ts";
import type { ClearanceBook } from "./clearance_book.ts";

/**
 * True where the client need prove nothing more; what is found is kept on the flow. Who spares such clients asks this:
 * `standing` alone says nothing where no challenge was due and so nobody has looked.
 */
export function hasPass(flow: Flow): boolean {
  if (flow.standing !== "none") return true;
  const { exchange, clientWords, services, host } = flow;
  const { book } = services.challenger;
  if (!showsPass(exchange.request.headers, clientWords ?? NOWHERE, host!.challenge, book, services.clock)) {
    return false;
  }
  flow.standing = "pass";
  return true;
}

/** True where these headers show a pass of the host that is good for the client's network now. */
export function showsPass(
  headers: HeaderList,
  client: AddressWords,
  plan: ChallengePlan,
  book: ClearanceBook,
  clock: Pick<Clock, "now">,
): boolean {
  const pass = book.find(headers);
  return pass !== null && isCurrent(pass, plan.hostHash, plan.minutes, clock.now()) &&
    holdsNetwork(pass, networkText(client, plan.bind));
}

/** The host's pass that a request shows, good for its network or not. */
export function passOf(flow: Flow, plan: ChallengePlan): Clearance | null {
  const pass = flow.services.challenger.book.find(flow.exchange.request.headers);
  if (pass === null) return null;
  return isCurrent(pass, plan.hostHash, plan.minutes, flow.services.clock.now()) ? pass : null;
}

/** Name of the pass that lets the client through, as control takes it back by; undefined: it has none. */
export function nameOfPass(flow: Flow): string | undefined {
  if (!hasPass(flow)) return undefined;
  const pass = passOf(flow, flow.host!.challenge);
  return pass === null ? undefined : passName(pass);
}

/** A client whose address is not known. */
export const NOWHERE = [0, 0, 0, 0] as const;

/** The client's network, as passes and tickets name it. */
export function networkOf(flow: Flow, plan: ChallengePlan): string {
  return networkText(flow.clientWords ?? NOWHERE, plan.bind);
}
