import type { Flow } from "../pipeline/flow.ts";
import { type Clearance, holdsNetwork, isCurrent, passName } from "../../shield/challenge/clearance.ts";
import { networkText } from "../../shield/challenge/network.ts";
import type { ChallengePlan } from "./challenge_plan.ts";

/**
 * True where the client need prove nothing more; what is found is kept on the flow. Who spares such clients asks this:
 * `standing` alone says nothing where no challenge was due and so nobody has looked.
 */
export function hasPass(flow: Flow): boolean {
  if (flow.standing !== "none") return true;
  const { challenge: plan } = flow.host!;
  const pass = passOf(flow, plan);
  if (pass === null || !holdsNetwork(pass, networkOf(flow, plan))) return false;
  flow.standing = "pass";
  return true;
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
