import { PASS, respond } from "../../core/verdict.ts";
import type { Stage } from "./stage.ts";

/** The host's generated robots.txt: before anything that asks crawlers for what only people can give. */
export const robotsStage: Stage = {
  name: "12_robots",
  onError: "open",
  run(flow) {
    const { robots } = flow.host!;
    if (robots === null || flow.exchange.path !== "/robots.txt") return PASS;
    const { method } = flow.exchange.request;
    if (method !== "GET" && method !== "HEAD") return PASS;
    return respond(200, robots.headers.clone(), robots.body, "robots.txt");
  },
};
