import type { ChallengeMode } from "../core/challenge.ts";
import type { Host } from "../core/host.ts";
import type { BotSettings } from "../core/host_bots.ts";
import type { Toggles } from "../core/snapshot.ts";

export interface PresetSettings {
  readonly waf: { readonly paranoia_level: 1 | 2 | 3 | 4 };
  readonly server: { readonly max_header_bytes: number };
  readonly bots: Pick<BotSettings, "action">;
  readonly l4_conn_limit: number;
  readonly l7_rate_limit: number;
  readonly l7_burst_limit: number;
  readonly toggles: Toggles;
  readonly challenge: { readonly mode: ChallengeMode };
  /** Defaults of a host's fields, where its author left them out. */
  readonly host: {
    readonly max_body_bytes: number;
    readonly security_headers: Host["security_headers"];
    readonly waf_mode: Host["waf"]["mode"];
  };
}

/** `--preset`: the columns of spec 06. */
export const PRESETS = Object.freeze(
  {
    performance: {
      waf: { paranoia_level: 1 },
      server: { max_header_bytes: 65_536 },
      l4_conn_limit: 0,
      l7_rate_limit: 0,
      l7_burst_limit: 150,
      bots: { action: "challenge" },
      toggles: { waf: false, geoip: false, challenge: false, anomaly: false, stats: false },
      challenge: { mode: "off" },
      host: { max_body_bytes: 0, security_headers: "standard", waf_mode: "detect" },
    },
    standard: {
      waf: { paranoia_level: 1 },
      server: { max_header_bytes: 65_536 },
      l4_conn_limit: 50,
      l7_rate_limit: 100,
      l7_burst_limit: 150,
      bots: { action: "challenge" },
      toggles: { waf: true, geoip: true, challenge: true, anomaly: true, stats: true },
      challenge: { mode: "managed" },
      host: { max_body_bytes: 0, security_headers: "standard", waf_mode: "detect" },
    },
    aggressive: {
      waf: { paranoia_level: 2 },
      server: { max_header_bytes: 8_192 },
      l4_conn_limit: 20,
      l7_rate_limit: 10,
      l7_burst_limit: 20,
      bots: { action: "block" },
      toggles: { waf: true, geoip: true, challenge: true, anomaly: true, stats: true },
      challenge: { mode: "always" },
      host: { max_body_bytes: 10_485_760, security_headers: "aggressive", waf_mode: "detect" },
    },
  } as const satisfies Record<string, PresetSettings>,
);

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];
