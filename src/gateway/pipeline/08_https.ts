import { HeaderList } from "../../core/header_list.ts";
import { PASS, respond } from "../../core/verdict.ts";
import type { Stage } from "./stage.ts";

/** Redirects to HTTPS where the host demands it: 301 for GET and HEAD, 308 for the others, which keeps their method. */
export const httpsStage: Stage = {
  name: "08_https",
  onError: "closed",
  run(flow) {
    const { exchange, snapshot } = flow;
    if (exchange.scheme === "https" || !flow.host!.host.force_https) return PASS;
    const { method, authority, rawQuery } = exchange.request;
    const name = authority.replace(/:\d*$/, "");
    // Behind a proxy the port that clients know is its own, and the usual one.
    const port = snapshot.httpsPort === 443 || exchange.viaProxy ? "" : `:${snapshot.httpsPort}`;
    const query = rawQuery === null ? "" : `?${rawQuery}`;
    const location = `https://${name}${port}${exchange.path}${query}`;
    const status = method === "GET" || method === "HEAD" ? 301 : 308;
    return respond(status, HeaderList.from([["location", location]]), null, "redirect to HTTPS");
  },
};
