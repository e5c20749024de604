import type { HostChallenge } from "./challenge.ts";
import type { HeaderEdits } from "./header_edits.ts";
import type { RateLimit } from "./host_traffic.ts";
import type { Host, HostTimeouts, HostWaf, Target } from "./host.ts";

/** What a path says for itself; what it leaves out is the host's. */
export type Overrides<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** One entry of `paths`: requests below it are served in another way than the rest of the host (spec 01, Hosts). */
export interface HostPath {
  /**
   * Canonical; stands for itself and what is below it: `/api` for `/api` and `/api/x`, never for `/apix`. Exactly one
   * of `prefix` and `regex` is there.
   */
  readonly prefix?: string | undefined;
  /** Searched in the canonical path; of the linear subset. Regexes come before prefixes, in their order. */
  readonly regex?: string | undefined;
  /** Empty: the host's own. */
  readonly targets: readonly Target[];
  readonly timeouts?: Overrides<HostTimeouts> | undefined;
  readonly max_body_bytes?: number | undefined;
  /** Counted apart from the host's; null: no limit here. The adaptive rate moves the host's alone. */
  readonly rate_limit?: RateLimit | null | undefined;
  /** `rules` stand over the host's, one by one. */
  readonly waf?: Overrides<HostWaf> | undefined;
  /** A pass is the whole host's, whatever asks for it here. */
  readonly challenge?: { readonly mode: NonNullable<HostChallenge["mode"]> } | undefined;
  /** Come after the host's own. */
  readonly request_headers?: HeaderEdits | undefined;
  readonly response_headers?: HeaderEdits | undefined;
}

/** Every target of a host, those of its paths too: each has its checks, its cell and its state. */
export function targetsOf(host: Pick<Host, "targets" | "paths">): readonly Target[] {
  return host.paths.length === 0 ? host.targets : [
    ...host.targets,
    ...host.paths.flatMap((path) => path.targets),
  ];
}

/** How a path is called in texts: `/api`, or `regex ^/v\d`. */
export function pathName(path: Pick<HostPath, "prefix" | "regex">): string {
  return path.prefix ?? `regex ${path.regex}`;
}

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
