/** What `settings.get` and `system.status` return. */
import type { GatewaySettings, ServerSettings } from "../src/core/snapshot.ts";

export interface SettingsView extends
  Pick<
    GatewaySettings,
    | "upstreams"
    | "default_site"
    | "ban_answer"
    | "l4_conn_limit"
    | "l7_rate_limit"
    | "l7_burst_limit"
    | "file_scan"
  > {
  readonly waf: GatewaySettings["waf"] & {
    readonly auto_blacklist_min_severity: "off" | "low" | "medium" | "high" | "critical";
    readonly auto_blacklist_action: "timeout" | "blacklist";
    readonly auto_blacklist_scope: "host" | "global";
    readonly auto_blacklist_timeout_seconds: number;
    /** Public keys that may sign rule sets. */
    readonly rule_set_keys: readonly string[];
  };
  readonly server: ServerSettings;
  readonly log: { readonly retention_days: number; readonly max_size: number };
  readonly whitelist_cidrs: readonly string[];
  readonly blacklist_cidrs: readonly string[];
}

export interface SystemView {
  readonly version: string;
  readonly form: string;
  readonly commit: string;
  readonly built_at: string;
  readonly deno: string;
  readonly v8: string;
  readonly ruleset_version: string;
  readonly started_at: number;
  readonly threads: readonly {
    readonly kind: string;
    readonly index: number;
    readonly state: string;
    readonly restarts: number;
  }[];
  readonly listeners: readonly {
    readonly name: string;
    readonly address: string;
    readonly state: "open" | "failed" | "off";
    readonly remedy?: string | undefined;
  }[];
  readonly database: { readonly path: string; readonly bytes: number; readonly error?: string | undefined };
  readonly log: { readonly lost: number; readonly sampled_out: number; readonly error?: string | undefined };
  readonly sources: readonly {
    readonly kind: "file" | "docker";
    readonly place: string;
    readonly state: "ok" | "failed";
    readonly text: string;
    readonly problems: readonly {
      readonly where: string;
      readonly message: string;
      readonly remedy: string;
    }[];
  }[];
  readonly memory_bytes: number;
  readonly snapshot_version: number;
  readonly layers: readonly {
    readonly name: string;
    readonly state: string;
    readonly remedy?: string | undefined;
  }[];
}
