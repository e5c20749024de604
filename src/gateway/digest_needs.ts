import type { Host } from "../core/host.ts";
import type { Snapshot } from "../core/snapshot.ts";
import { correlatedRules, rulesInForce } from "../waf/correlation/in_force.ts";
import { type DigestNeeds, needsOf } from "../waf/correlation/needs.ts";

/** What gateways note of requests for correlated rules, host by host. `null`: on no host one is in force. */
export function needsPlan(
  { rules, ruleSwitches, exceptions, settings }: Pick<
    Snapshot,
    "rules" | "ruleSwitches" | "exceptions" | "settings"
  >,
): ((host: Host) => DigestNeeds | null) | null {
  const correlated = correlatedRules(rules);
  if (correlated.length === 0) return null;
  const paranoiaLevel = settings.waf.paranoia_level;
  return (host) => {
    const inForce = rulesInForce(correlated, host, { ruleSwitches, exceptions, paranoiaLevel });
    return inForce.length === 0 ? null : needsOf(inForce.map(({ correlation }) => correlation));
  };
}
