import type { Host } from "./host.ts";
import type { HostPath, Overrides } from "./host_path.ts";

/** The host as requests below `path` see it. */
export function hostBelow(host: Host, path: HostPath): Host {
  const { waf, timeouts, challenge } = path;
  return {
    ...host,
    targets: path.targets.length === 0 ? host.targets : path.targets,
    timeouts: over(host.timeouts, timeouts),
    max_body_bytes: path.max_body_bytes ?? host.max_body_bytes,
    rate_limit: path.rate_limit === undefined ? host.rate_limit : path.rate_limit,
    waf: { ...over(host.waf, waf), rules: { ...host.waf.rules, ...waf?.rules } },
    challenge: challenge === undefined ? host.challenge : { ...host.challenge, mode: challenge.mode },
    paths: [],
  };
}

function over<T extends object>(base: T, overrides: Overrides<T> | undefined): T {
  if (overrides === undefined) return base;
  const named = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(named) };
}
