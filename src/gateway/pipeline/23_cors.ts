import { block, PASS } from "../../core/verdict.ts";
import { isOwnOrigin } from "../response/cors_policy.ts";
import type { Stage } from "./stage.ts";

/** Requests that pages of other origins send, WebSockets too, where the host's policy lets none of them in. */
export const corsStage: Stage = {
  name: "23_cors",
  onError: "closed",
  run(flow) {
    const { cors } = flow.host!;
    if (cors === null || !cors.blocksForeign) return PASS;
    const { scheme } = flow.exchange;
    const { authority, headers } = flow.exchange.request;
    const origin = headers.get("origin");
    if (origin === undefined || cors.allows(origin) || isOwnOrigin(origin, scheme, authority)) return PASS;
    return block("cors", `origin ${origin.slice(0, 255)}`);
  },
};
