import { type Block, block, PASS, type Verdict } from "../../core/verdict.ts";
import type { AddressWords } from "../../lib/ip.ts";
import { rateHeaders } from "../../shield/limiter.ts";
import { FLOOD_BAN_SECONDS } from "../../shield/refusal_windows.ts";
import {
  BAN_REPUTATION,
  rateFactor,
  REPUTATION_BAN_SECONDS,
  REPUTATION_POINTS,
} from "../../shield/reputation_points.ts";
import { isProxyItself } from "./04_client.ts";
import { hasPass } from "../challenge/standing.ts";
import type { Flow } from "./flow.ts";
import type { Stage } from "./stage.ts";

/** What one client may ask of all hosts together: connections, and requests by the rate that its reputation earns it. */
export const limitsStage: Stage = {
  name: "16_limits",
  onError: "open",
  run(flow) {
    const client = flow.clientWords;
    if (client === null) return PASS;
    const { l4_conn_limit, l7_rate_limit } = flow.snapshot.settings;
    if (flow.exchange.viaProxy && l4_conn_limit > 0 && !isProxyItself(flow.exchange)) {
      const refused = countBehindProxy(flow, client, l4_conn_limit);
      if (refused !== null) return refused;
    }
    return l7_rate_limit === 0 ? PASS : draw(flow, client, l7_rate_limit);
  },
};

/**
 * Requests under way that stand for one connection behind a proxy. A browser that speaks HTTP/2 to it asks for a hundred
 * and more things of one page at once, as it may of Aegis itself.
 */
const REQUESTS_A_CONNECTION = 8;

/**
 * Connections of a client behind a proxy are not to be seen, and the proxy's own are nobody's: its requests under way
 * are counted. (Connections of all others were counted when they were accepted.)
 */
function countBehindProxy(flow: Flow, client: AddressWords, limit: number): Block | null {
  const { connections } = flow.services;
  flow.heldFor = client;
  const held = connections.enter(client);
  const most = limit * REQUESTS_A_CONNECTION;
  return held > most ? block("connections", `${held} requests at once behind a proxy, limit ${most}`) : null;
}

function draw(flow: Flow, client: AddressWords, configured: number): Verdict {
  const { services, snapshot } = flow;
  const burst = snapshot.settings.l7_burst_limit;
  const score = services.reputation.of(client);
  if (score <= BAN_REPUTATION && isToBeBanned(flow)) {
    const reason = `its reputation is at ${score.toFixed(1)}`;
    wishBan(flow, REPUTATION_BAN_SECONDS, reason);
  }
  const perSecond = score === 0 ? configured : configured * rateFactor(score);
  const now = services.time.now();
  const left = services.shieldBucket.take(client, perSecond, burst, now);
  if (left >= 0) return PASS;
  if (!flow.exchange.marked) noteRefusal(flow, client, now);
  const scaled = score === 0 ? "" : `, ${configured} scaled by its reputation of ${score.toFixed(1)}`;
  return block("rate", `${round(perSecond)} requests a second a client, burst ${burst}${scaled}`, {
    headers: rateHeaders("shield", burst, burst / perSecond, -left),
  });
}

/** A client that does not slow down when it is told to is kept out for a while (spec 03, Shield limits). */
function noteRefusal(flow: Flow, client: AddressWords, now: number): void {
  const { services } = flow;
  const step = services.refusals.refused(client, now);
  if (step !== "flood" || isProxyItself(flow.exchange)) return;
  services.reputation.add(client, REPUTATION_POINTS.shield_limit, "shield_limit");
  if (isToBeBanned(flow)) {
    wishBan(
      flow,
      FLOOD_BAN_SECONDS,
      "it went on through three windows of 10 s after it was told that it sends too much",
    );
  }
}

/** Clients with a pass are slowed, not banned; white-listed ones neither. */
function isToBeBanned(flow: Flow): boolean {
  return !flow.exchange.marked && !hasPass(flow);
}

function wishBan(flow: Flow, seconds: number, reason: string): void {
  flow.services.wishBan({ client: flow.exchange.client, hostId: null, seconds, reason, origin: "shield" });
}

function round(perSecond: number): number {
  return Math.round(perSecond * 10) / 10;
}
