/** What `shield.status`, `limits.status` and `proxies.list` return. */
import type { ReputationReason } from "../src/core/reputation_reason.ts";
import type { CdnName, DiscoveryKind, ProxyHeader } from "../src/core/trusted_proxy.ts";

export type AlarmLevel = "none" | "statistics" | "load" | "operator";

interface Rate {
  /** Requests a second of the last minute, and what is usual; null where that is not known yet. */
  readonly rps: number | null;
  readonly usual: number | null;
}

export interface ShieldView extends Rate {
  readonly preset: string;
  readonly level: AlarmLevel;
  readonly text: string;
  readonly until: number | null;
  readonly in_flight: number;
  readonly hosts: readonly (Rate & {
    readonly id: string;
    readonly name: string;
    readonly level: AlarmLevel;
    readonly own_level: AlarmLevel;
    readonly text: string;
    readonly under_attack_until: number | null;
    readonly maintenance_until: number | null;
    readonly waf_paused_until: number | null;
  })[];
}

export interface ReputationView {
  readonly network: string;
  readonly score: number;
  readonly reasons: readonly { readonly reason: ReputationReason; readonly times: number }[];
  readonly changed_at: number | null;
}

export interface LimitsView {
  readonly rate: number;
  readonly burst: number;
  readonly clients: number;
  readonly refused_clients: number;
  readonly forgotten: number;
  readonly good: number;
  readonly bad: number;
  readonly worst: readonly ReputationView[];
}

export interface ProxyView {
  readonly network: string;
  readonly header: ProxyHeader;
  readonly origin: string;
  readonly place: string;
}

export interface ProxiesView {
  readonly trusted: readonly ProxyView[];
  readonly proposed: readonly ProxyView[];
  readonly sources: readonly {
    readonly kind: DiscoveryKind;
    readonly path: string;
    readonly read_at: number;
    readonly found: number;
    readonly problem: string | null;
  }[];
  readonly cdn: readonly {
    readonly name: CdnName;
    readonly title: string;
    readonly trusted: boolean;
    readonly networks: number;
    readonly fetched_at: number | null;
  }[];
  readonly auto_trust: boolean;
}

/** What `bots.lists` returns of one. */
export interface BotListView {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly entries: number;
  readonly taken_at: number | null;
  readonly error: string;
}
