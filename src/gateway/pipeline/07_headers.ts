import { PASS } from "../../core/verdict.ts";
import type { Stage } from "./stage.ts";

/** The host's security headers are fixed here, for whatever answer follows. */
export const headersStage: Stage = {
  name: "07_headers",
  onError: "open",
  run(flow) {
    const host = flow.host!;
    flow.fixedHeaders = flow.exchange.scheme === "http" ? host.fixedHeaders : host.fixedHeadersTls;
    return PASS;
  },
};
