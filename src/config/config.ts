import type { ChallengeMode } from "../core/challenge.ts";
import type { Host } from "../core/host.ts";
import type { FileScanSettings } from "../core/file_scan.ts";
import type { BotSettings } from "../core/host_bots.ts";
import type { LogSettings } from "../core/messages.ts";
import type { GatewaySettings, ServerSettings, Toggles } from "../core/snapshot.ts";
import type { Severity } from "../core/rule.ts";
import type { Stream } from "../core/stream.ts";
import type { CdnName, DiscoverySource, TrustedProxy } from "../core/trusted_proxy.ts";
import type { FileApiSchema } from "./file_schemas.ts";
import type { FileRule } from "./file_rules.ts";
import type { ConfigFlags, Environment } from "./flags.ts";
import type { ListenAddress } from "./listen_address.ts";
import type { PresetName, PresetSettings } from "./presets.ts";

/**
 * What is fixed while the process runs: read once from flags, environment and aegis.yml, plain data, so that it
 * crosses to the control thread by message. Everything else lives in the database.
 */
export interface Config {
  /** Absolute path of the file that was read, or null. */
  readonly config_path: string | null;
  /** Absolute; made with mode 0700 where it does not exist. */
  readonly data_dir: string;
  readonly database_path: string;
  /** The one directory below which targets may be unix sockets; absolute, or null: none may. */
  readonly upstream_socket_dir: string | null;
  /** Socket of the container engine whose labels make hosts; null: none is asked. */
  readonly docker_socket: string | null;
  /** True: nobody is asked anything of Aegis's own accord (lists, published networks, names of crawlers). */
  readonly offline: boolean;
  /** Absolute paths of MaxMind databases; null: the built-in one of countries, and none of networks. */
  readonly geoip_db_path: string | null;
  readonly geoip_asn_db_path: string | null;
  readonly admin_listen: readonly ListenAddress[];
  /** False only on loopback: then the admin listener speaks HTTP. */
  readonly admin_tls: boolean;
  readonly proxy_listen: readonly ListenAddress[];
  readonly https_listen: readonly ListenAddress[];
  readonly metrics_listen: readonly ListenAddress[];
  /** Gateway threads. */
  readonly workers: number;
  readonly log: LogSettings;
  /** Hosts that the file (or `--to`) declares: `origin` "file". */
  readonly hosts: readonly Host[];
  /** Streams that the file declares: `origin` "file". */
  readonly streams: readonly Stream[];
  /** Custom rules that the file declares. */
  readonly rules: readonly FileRule[];
  /** API schemas that the file declares, in the order in which they are asked. */
  readonly api_schemas: readonly FileApiSchema[];
  /** Logs only, no dashboard in the terminal. */
  readonly headless: boolean;
  readonly preset: PresetName;
  /** Settings that file and flags fix: they stand over the database and are read-only in UI and API. */
  readonly declared: DeclaredSettings;
  /** What holds where neither `declared` nor the database says otherwise; the preset decides. */
  readonly defaults: PresetSettings;
  /** `AEGIS_WEBHOOK_URL`: one more webhook; null: none. */
  readonly webhook_url: string | null;
  /** Of `AEGIS_TRUSTED_PROXY`. */
  readonly trusted_proxies: readonly TrustedProxy[];
  /** Files that trusted proxies are looked for in; none unless the file says so. */
  readonly proxy_discovery: readonly DiscoverySource[];
  /** The vault's key as 64 hex digits (`AEGIS_SECRET_KEY`, `AEGIS_SSL_KEY`), or null: the data directory has it. */
  readonly secret_key: string | null;
  /** What it was read from besides the file, so that a reload reads the same again. */
  readonly sources: RememberedSources;
}

export interface RememberedSources {
  /** The file that was read before, null: none was. Absent: the named one, or the first of the usual places. */
  readonly file?: string | null;
  readonly flags: ConfigFlags;
  readonly env: Environment;
  readonly cwd: string;
  readonly isRoot: boolean;
  readonly cores: number;
}

/** Keys as settings have them (spec 00, Names); an absent key is not declared. */
export interface DeclaredSettings {
  readonly waf?: {
    readonly paranoia_level?: 1 | 2 | 3 | 4;
    readonly threshold?: number;
    readonly auto_blacklist_min_severity?: Severity | "off";
    readonly auto_blacklist_action?: "timeout" | "blacklist";
    readonly auto_blacklist_scope?: "host" | "global";
    readonly auto_blacklist_timeout_seconds?: number;
    readonly rule_set_keys?: readonly string[];
  };
  readonly server?: Partial<ServerSettings>;
  readonly upstreams?: { readonly allow_private: boolean };
  readonly default_site?: GatewaySettings["default_site"];
  readonly ban_answer?: GatewaySettings["ban_answer"];
  readonly bots?: Partial<BotSettings>;
  readonly file_scan?: Partial<FileScanSettings>;
  readonly challenge?: { readonly mode: ChallengeMode };
  readonly whitelist_cidrs?: readonly string[];
  readonly blacklist_cidrs?: readonly string[];
  readonly blocked_countries?: readonly string[];
  readonly allowed_countries?: readonly string[];
  readonly toggles?: Partial<Toggles>;
  readonly l4_conn_limit?: number;
  readonly l7_rate_limit?: number;
  readonly l7_burst_limit?: number;
  readonly proxies?: {
    readonly trusted?: readonly TrustedProxy[];
    readonly cdn?: readonly CdnName[];
    readonly auto_trust?: boolean;
  };
  readonly log?: { readonly retention_days?: number; readonly max_size?: number };
}
