import assert from "node:assert/strict";
import { loadConfig } from "../../config/load.ts";
import { PRESET_NAMES, type PresetName } from "../../config/presets.ts";
import type { Config } from "../../config/config.ts";
import { settingsInForce } from "./settings_in_force.ts";
import { withPresetHost } from "../hosts/hosts.ts";
import { HostInput } from "../../config/host_schema.ts";
import type { Control } from "../control.ts";

/** The table of spec 06, Presets, row by row: performance, standard, aggressive. */
const TABLE: Readonly<Record<string, readonly [unknown, unknown, unknown]>> = {
  "toggles": [
    { waf: false, geoip: false, challenge: false, anomaly: false, stats: false },
    { waf: true, geoip: true, challenge: true, anomaly: true, stats: true },
    { waf: true, geoip: true, challenge: true, anomaly: true, stats: true },
  ],
  "l7_rate_limit": [0, 100, 10],
  "l7_burst_limit": [undefined, 150, 20],
  "l4_conn_limit": [0, 50, 20],
  "challenge.mode": ["off", "managed", "always"],
  "waf.paranoia_level": [1, 1, 2],
  "bots.action": ["challenge", "challenge", "block"],
  "server.max_header_bytes": [65_536, 65_536, 8_192],
};

const HOST_TABLE: Readonly<Record<string, readonly [unknown, unknown, unknown]>> = {
  "max_body_bytes": [0, 0, 10_485_760],
  "security_headers": ["standard", "standard", "aggressive"],
};

function configOf(flags: { preset?: string }, file: string | null = null): Config {
  return loadConfig({
    flags: { dataDir: "/nowhere", ...(file === null ? {} : { config: "/nowhere/aegis.yml" }), ...flags },
    env: {},
    cwd: "/nowhere",
    isRoot: false,
    cores: 1,
    now: 0,
    readFile: () => file,
  });
}

function at(tree: unknown, path: string): unknown {
  return path.split(".").reduce((value, key) => (value as Record<string, unknown>)[key], tree);
}

for (const [column, preset] of PRESET_NAMES.entries()) {
  Deno.test(`the preset ${preset} sets what its column says`, () => {
    for (const config of [configOf({ preset }), configOf({}, `preset: ${preset}\n`)]) {
      assert.equal(config.preset, preset);
      const settings = settingsInForce(config, {});
      for (const [path, cells] of Object.entries(TABLE)) {
        if (cells[column] !== undefined) assert.deepEqual(at(settings, path), cells[column], path);
      }
      const raw = { host: { domains: ["a.test"], targets: [{ url: "http://10.0.0.1" }] } };
      const { host } = withPresetHost({ config } as Control, raw) as { host: HostInput };
      const made = HostInput.parse(host);
      for (const [path, cells] of Object.entries(HOST_TABLE)) {
        assert.deepEqual(at(made, path), cells[column], path);
      }
      assert.equal(made.waf.mode, "detect", "whether it is looked at is the toggle's");
    }
  });
}

Deno.test("standard is the preset where none is named, and what is set by hand stands over a preset", () => {
  assert.equal(configOf({}).preset, "standard" satisfies PresetName);
  const stored = settingsInForce(configOf({ preset: "aggressive" }), {
    l4_conn_limit: 7,
    toggles: { stats: false },
  });
  assert.equal(stored.l4_conn_limit, 7);
  assert.deepEqual(stored.toggles, { waf: true, geoip: true, challenge: true, anomaly: true, stats: false });
  const declared = settingsInForce(
    configOf({ preset: "performance" }, "l4_conn_limit: 9\ntoggles: { waf: on }\n"),
    { l4_conn_limit: 7 },
  );
  assert.equal(declared.l4_conn_limit, 9);
  assert.equal(declared.toggles.waf, true);
  assert.equal(declared.toggles.geoip, false);
});
