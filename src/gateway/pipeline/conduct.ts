import type { Reason } from "../../core/reason.ts";
import type { ReputationReason } from "../../core/reputation_reason.ts";
import { type AddressWords, parseAddress } from "../../lib/ip.ts";
import type { Refusal } from "../../core/listener.ts";
import { REPUTATION_POINTS } from "../../shield/reputation_points.ts";
import type { CompiledSnapshot } from "../compiled_snapshot.ts";
import type { GatewayServices } from "../services.ts";
import { isProxyItself } from "./04_client.ts";
import { isByOtherSite } from "./other_site.ts";
import type { Flow } from "./flow.ts";

/** Refusals that speak against a client by themselves. Limits and bots say it where they decide. */
const CONDUCT: Readonly<Partial<Record<Reason, ReputationReason>>> = Object.freeze({
  waf: "waf",
  file_scan: "waf",
  smuggling: "protocol_abuse",
  protocol_abuse: "protocol_abuse",
  malformed: "malformed",
  path_escape: "malformed",
});

/** A refused request, where it is over. White-listed clients are refused nothing and lose nothing. */
export function noteConduct(flow: Flow): void {
  const { exchange, clientWords, services } = flow;
  if (exchange.reason === null || exchange.action !== "blocked" || clientWords === null) return;
  if (isProxyItself(exchange) || (exchange.reason === "waf" && isByOtherSite(flow))) return;
  blame(services, clientWords, exchange.reason);
}

/** What a codec refused before it was a request. Whoever stands behind a trusted proxy is not known then: nobody is blamed. */
export function noteRefusalConduct(
  refusal: Refusal,
  snapshot: CompiledSnapshot,
  services: GatewayServices,
): void {
  if (CONDUCT[refusal.reason] === undefined) return;
  const peer = parseAddress(refusal.connection.peerAddress);
  if (peer === null || snapshot.whiteList.find(peer) !== undefined) return;
  if (snapshot.proxies?.has(peer) === true) return;
  blame(services, peer, refusal.reason);
}

function blame({ reputation }: GatewayServices, client: AddressWords, reason: Reason): void {
  const why = CONDUCT[reason];
  if (why !== undefined) reputation.add(client, REPUTATION_POINTS[why], why);
}
