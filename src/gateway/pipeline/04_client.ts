import type { Exchange } from "../../core/exchange.ts";
import { PASS } from "../../core/verdict.ts";
import { formatAddress, parseAddress } from "../../lib/ip.ts";
import { schemeOf } from "../../shield/real_client/trusted_proxies.ts";
import type { Stage } from "./stage.ts";

/**
 * The real client's address, and whether it speaks TLS. Only this stage reads forwarding headers, and of a trusted peer
 * alone: of it the one header that its entry names, and its word on the scheme. Everybody's forwarding headers are
 * dropped on the way out (forward_headers.ts).
 *
 * [SECURITY] What Connection declares hop-by-hop is read all the same: else a client could take a careless proxy's word
 * away by naming it there.
 */
export const clientStage: Stage = {
  name: "04_client",
  onError: "closed",
  run(flow) {
    const { exchange, snapshot } = flow;
    const { peerAddress, peerWords } = exchange.connection;
    const peer = peerWords === undefined ? parseAddress(peerAddress) : peerWords;
    exchange.client = peerAddress;
    flow.clientWords = peer;
    const { proxies } = snapshot;
    if (proxies === null || peer === null) return PASS;
    const header = proxies.headerOf(peerAddress, peer);
    if (header === null) return PASS;
    const { headers } = exchange.request;
    const client = proxies.clientOf(peer, header, headers);
    if (client !== peer) {
      flow.clientWords = client;
      exchange.client = formatAddress(client);
    }
    exchange.scheme = schemeOf(header, headers) ?? exchange.scheme;
    exchange.viaProxy = true;
    return PASS;
  },
};

/**
 * True for a trusted proxy's request that names no client: its own (a health check), or anybody's. What is counted or
 * held against it would meet everybody behind it.
 */
export function isProxyItself({ viaProxy, client, connection }: Exchange): boolean {
  return viaProxy && client === connection.peerAddress;
}
