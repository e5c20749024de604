import { PASS } from "../../core/verdict.ts";
import type { Stage } from "./stage.ts";

/** The host's security headers are fixed here, for whatever answer follows. */
export const headersStage: Stage = {
  name: "07_headers",
  onError: "open",
  run(flow) {
    const host = flow.host!;
    const fields = flow.exchange.connection.tls === null ? host.securityHeaders : host.securityHeadersTls;
    for (const [name, value] of fields) flow.fixedHeaders.append(name, value);
    return PASS;
  },
};
