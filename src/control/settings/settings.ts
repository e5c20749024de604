import { AegisError, type FieldError } from "../../core/errors.ts";
import { parseCidr } from "../../lib/ip.ts";
import { refuseKeysInUse } from "../releases/releases.ts";
import { holds } from "../bans/ban_exemptions.ts";
import type { Bodies } from "../body.ts";
import type { Settings } from "./settings_in_force.ts";
import { applyPatch, declaredKeys, keysOf, only } from "./settings_patch.ts";
import type { Tree } from "./settings_tree.ts";

export const settingsBodies: Bodies<"settings.get" | "settings.fixed" | "settings.update"> = {
  "settings.get": { read: ({ control }) => control.settings() },
  "settings.fixed": { read: ({ control }) => ({ keys: keysOf(control.config.declared) }) },
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
