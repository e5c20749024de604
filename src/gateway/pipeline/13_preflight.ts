import { block, PASS, respond } from "../../core/verdict.ts";
import { isOwnOrigin } from "../response/cors_policy.ts";
import type { Stage } from "./stage.ts";

/** What browsers ask before a request to another origin is answered by the host's policy; without one it passes. */
export const preflightStage: Stage = {
  name: "13_preflight",
  onError: "closed",
  run(flow) {
    const { cors } = flow.host!;
    if (cors === null) return PASS;
    const { scheme } = flow.exchange;
    const { method, authority, headers } = flow.exchange.request;
    if (method !== "OPTIONS") return PASS;
    const origin = headers.get("origin");
    if (origin === undefined || !headers.has("access-control-request-method")) return PASS;
    if (cors.blocksForeign && !cors.allows(origin) && !isOwnOrigin(origin, scheme, authority)) {
      return block("cors", `preflight of ${origin.slice(0, 255)}`);
    }
    const answer = cors.preflight(origin, headers.get("access-control-request-headers"));
    return respond(204, answer, null, "preflight");
  },
};
