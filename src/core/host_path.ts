import type { HostChallenge } from "./challenge.ts";
import type { HeaderEdits } from "./header_edits.ts";
import type { RateLimit } from "./host_traffic.ts";
import type { HostTimeouts } from "./host_timeouts.ts";
import type { HostWaf } from "./host_waf.ts";
import type { Target } from "./target.ts";

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
export function targetsOf(
  host: { readonly targets: readonly Target[]; readonly paths: readonly HostPath[] },
): readonly Target[] {
  return host.paths.length === 0 ? host.targets : [
    ...host.targets,
    ...host.paths.flatMap((path) => path.targets),
  ];
}

/** How a path is called in texts: `/api`, or `regex ^/v\d`. */
export function pathName(path: Pick<HostPath, "prefix" | "regex">): string {
  return path.prefix ?? `regex ${path.regex}`;
}
