import type { z } from "zod";
import type { Config, DeclaredSettings } from "../config/config.ts";
import { AegisError, type FieldError } from "../core/errors.ts";
import { DEFAULT_FILE_SCAN } from "../core/file_scan.ts";
import { DEFAULT_BOT_SETTINGS } from "../core/host_bots.ts";
import { DEFAULT_SERVER_SETTINGS, type GatewaySettings } from "../core/snapshot.ts";
import { parseCidr } from "../lib/ip.ts";
import { refuseKeysInUse } from "./releases/releases.ts";
import { holds } from "./ban_exemptions.ts";
import type { Bodies } from "./body.ts";
import { settings, type settingsPatch } from "./contract/settings.ts";

export type Settings = z.output<typeof settings>;
type Patch = z.output<typeof settingsPatch>;
type Tree = { readonly [key: string]: unknown };

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

/** `stored` with `patch` over it; a null takes a value away, so that its default holds again. */
export function applyPatch(stored: Tree, patch: Patch): Tree {
  return patchTree(stored, patch as Tree);
}

/** Keys of the patch that the configuration file fixes. */
export function declaredKeys(patch: Patch, declared: DeclaredSettings): string[] {
  return paths(patch as Tree).filter((path) => at(declared as Tree, path) !== undefined)
    .map((path) => path.join("."));
}

export const settingsBodies: Bodies<"settings.get" | "settings.update"> = {
  "settings.get": { read: ({ control }) => control.settings() },
  "settings.update": {
    change: ({ control, actor }, { patch }) => (change) => {
      const fixed = declaredKeys(patch, control.config.declared);
      if (fixed.length > 0) {
        throw new AegisError("read_only", `${fixed.join(", ")}: fixed by the configuration file`, {
          fields: fixed.map((field): FieldError => ({
            field: `patch.${field}`,
            message: "is fixed by the configuration file",
            remedy: "change it there and reload",
          })),
        });
      }
      const before = control.settings();
      control.store.settings.set(applyPatch(control.store.settings.get(), patch));
      const after = control.settings();
      refuseOwn(before, after, actor.address);
      refuseKeysInUse(control, after.waf.rule_set_keys);
      change.record("settings", only(before, patch as Tree), only(after, patch as Tree));
      change.republish();
      return after;
    },
  },
};

/** Never banned: loopback, and whoever asks (spec 03, Bans and lists), unless a white list spares it anyway. */
function refuseOwn(before: Settings, after: Settings, address: string): void {
  for (const text of after.blacklist_cidrs.filter((each) => !before.blacklist_cidrs.includes(each))) {
    const own = [address, "127.0.0.1", "::1"].find((each) =>
      isIn(each, [text]) && !isIn(each, after.whitelist_cidrs)
    );
    if (own === undefined) continue;
    const what = own === address ? `your own address ${address}` : "loopback";
    const message = `${text} holds ${what}, which is never banned`;
    const remedy = "write narrower networks, or put what is to be spared on the white list";
    throw new AegisError("invalid_input", message, {
      fields: [{ field: "patch.blacklist_cidrs", message, remedy }],
    });
  }
}

function isIn(address: string, networks: readonly string[]): boolean {
  return networks.some((text) => {
    const cidr = parseCidr(text);
    return cidr !== null && holds(cidr, address);
  });
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value that says of what kind it is (`default_site`) is replaced whole. */
function isGroup(value: unknown): value is Tree {
  return isTree(value) && !("kind" in value);
}

function merge(under: Tree, over: Tree): Tree {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    if (value !== undefined) result[key] = isGroup(value) && isGroup(below) ? merge(below, value) : value;
  }
  return result;
}

function patchTree(stored: Tree, patch: Tree): Tree {
  const result: Record<string, unknown> = { ...stored };
  for (const [key, value] of Object.entries(patch)) {
    const below = stored[key];
    if (value === null) delete result[key];
    else if (isGroup(value)) result[key] = patchTree(isGroup(below) ? below : {}, value);
    else if (value !== undefined) result[key] = value;
  }
  return result;
}

function paths(tree: Tree): string[][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isGroup(value) ? paths(value).map((path) => [key, ...path]) : [[key]]
  );
}

function at(tree: Tree, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => isTree(value) ? value[key] : undefined, tree);
}

/** The values of `tree` that `patch` names. */
function only(tree: Tree, patch: Tree): Tree {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    const below = tree[key];
    result[key] = isGroup(value) && isGroup(below) ? only(below, value) : below;
  }
  return result;
}
