import type { Flow } from "./flow.ts";

/** True for crawlers of search engines that are who they say they are. */
export function isGoodBot({ exchange, clientWords, services, snapshot }: Flow): boolean {
  const agent = exchange.request.headers.get("user-agent");
  return clientWords !== null && agent !== undefined &&
    services.challenger.goodBots.isGood(clientWords, agent, snapshot.botNetworks, services.clock.now());
}
