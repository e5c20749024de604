import { PASS } from "../../core/verdict.ts";
import { parseAddress } from "../../lib/ip.ts";
import type { Stage } from "./stage.ts";

/**
 * The real client's address. Only this stage may read forwarding headers; as no peer is trusted yet, the socket's
 * other end is the client, and a client's own forwarding headers are dropped on the way out.
 */
export const clientStage: Stage = {
  name: "04_client",
  onError: "closed",
  run(flow) {
    flow.exchange.client = flow.exchange.connection.peerAddress;
    flow.clientWords = parseAddress(flow.exchange.client);
    return PASS;
  },
};
