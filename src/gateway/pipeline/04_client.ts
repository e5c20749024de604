import type { Exchange } from "../../core/exchange.ts";
import { PASS } from "../../core/verdict.ts";
import { parseAddress } from "../../lib/ip.ts";
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
    const sender = proxies.senderOf(peerAddress, peer, exchange.request.headers);
    if (sender === null) return PASS;
    flow.clientWords = sender.words;
    exchange.client = sender.text;
    exchange.scheme = sender.scheme ?? exchange.scheme;
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
