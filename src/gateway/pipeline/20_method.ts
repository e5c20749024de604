import { HeaderList } from "../../core/header_list.ts";
import { block, PASS } from "../../core/verdict.ts";
import type { Stage } from "./stage.ts";

/** Methods that the host allows, HEAD with GET; none listed means all. */
export const methodStage: Stage = {
  name: "20_method",
  onError: "closed",
  run(flow) {
    const allowed = flow.host!.host.allowed_methods;
    const { method, upgrade } = flow.exchange.request;
    if (upgrade !== null && !flow.host!.host.websocket) {
      return block("method", `upgrade to ${upgrade}`, { status: 403 });
    }
    if (allowed.length === 0 || allowed.includes(method)) return PASS;
    // Who answers GET answers HEAD (RFC 9110, 9.1).
    if (method === "HEAD" && allowed.includes("GET")) return PASS;
    return block("method", method, { headers: HeaderList.from([["allow", allowed.join(", ")]]) });
  },
};
