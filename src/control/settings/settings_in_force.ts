import type { z } from "zod";
import type { Config } from "../../config/config.ts";
import { DEFAULT_FILE_SCAN } from "../../core/file_scan.ts";
import { DEFAULT_BOT_SETTINGS } from "../../core/host_bots.ts";
import { DEFAULT_SERVER_SETTINGS, type GatewaySettings } from "../../core/snapshot.ts";
import { settings } from "../contract/settings.ts";
import { isGroup, type Tree } from "./settings_tree.ts";

export type Settings = z.output<typeof settings>;

/** What holds where file, database and preset are silent (spec 02 to 06). */
const DEFAULTS = Object.freeze({
  waf: {
    paranoia_level: 1,
    threshold: 5,
    inspect_body_bytes: 131_072,
    inspect_total_bytes: 67_108_864,
    auto_blacklist_min_severity: "high",
    auto_blacklist_action: "timeout",
    auto_blacklist_scope: "host",
    auto_blacklist_timeout_seconds: 3_600,
    rule_set_keys: [],
  },
  server: DEFAULT_SERVER_SETTINGS,
  log: { retention_days: 30, max_size: 5_000_000_000 },
  upstreams: { allow_private: true },
  proxies: { trusted: [], cdn: [], auto_trust: false },
  ban_answer: "403",
  challenge: { mode: "managed" },
  bots: DEFAULT_BOT_SETTINGS,
  file_scan: DEFAULT_FILE_SCAN,
  default_site: { kind: "421" },
  whitelist_cidrs: [],
  blacklist_cidrs: [],
  blocked_countries: [],
  allowed_countries: [],
  toggles: { waf: true, geoip: true, challenge: true, anomaly: true, stats: true },
  l4_conn_limit: 50,
  l7_rate_limit: 100,
  l7_burst_limit: 150,
});

/** The settings in force. What the file declares stands over the database, which stands over the preset. */
export function settingsInForce(config: Pick<Config, "declared" | "defaults">, stored: Tree): Settings {
  const { host: _host, ...preset } = config.defaults;
  return settings.parse([preset as Tree, stored, config.declared as Tree].reduce<Tree>(merge, DEFAULTS));
}

/** The part of the settings that gateways work by. */
export function gatewaySettings(all: Settings, hashKey: string): GatewaySettings {
  const { log: _log, proxies: _proxies, ...rest } = all;
  return { ...rest, hashKey };
}

function merge(under: Tree, over: Tree): Tree {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    if (value !== undefined) result[key] = isGroup(value) && isGroup(below) ? merge(below, value) : value;
  }
  return result;
}
