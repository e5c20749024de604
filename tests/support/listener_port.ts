import type { InProcess } from "./in_process.ts";
import { until } from "./until.ts";

/** The port that a listener was given, as soon as it is open. */
export function listenerPort(aegis: Pick<InProcess, "perform">, name: "http" | "https"): Promise<number> {
  return until(`the listener ${name} is open`, async () => {
    const { listeners } = await aegis.perform("system.status", {});
    const address = listeners.find((each) => each.name === name)?.address ?? ":0";
    return Number(address.slice(address.lastIndexOf(":") + 1)) || null;
  }, 60_000);
}
