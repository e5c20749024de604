import { X509Certificate } from "node:crypto";
import { authorityOf } from "../certificates/local_ca.ts";
import { AegisError } from "../core/errors.ts";
import { adminUrl } from "./admin_address.ts";
import type { Bodies } from "./body.ts";
import type { Control } from "./control.ts";
import { refuseHostTargets } from "./hosts/host_checks.ts";
import { createHost, withPresetHost } from "./hosts/hosts.ts";
import { hashNewPassword } from "./passwords.ts";
import { applyPatch, declaredKeys } from "./settings/settings_patch.ts";
import { createUser, userView } from "./users.ts";

type Name = "setup.status" | "setup.complete" | "setup.link" | "setup.user";

export const setupBodies: Bodies<Name> = {
  "setup.status": { read: ({ control }) => ({ needed: control.setupToken.isNeeded }) },
  "setup.link": {
    read: ({ control }) => {
      const token = control.setupToken.isNeeded ? control.setupToken.get() : "";
      const url = adminUrl(control.config);
      return {
        needed: control.setupToken.isNeeded,
        url: token === "" ? url : `${url}/setup?token=${token}`,
        token,
        ca_fingerprint: new X509Certificate(authorityOf(control.adminCertificate())).fingerprint256,
        trust_command: `curl --insecure --output aegis-trust.zip ${url}/api/v1/settings/admin-trust-bundle`,
      };
    },
  },
  "setup.complete": {
    complete: withPresetHost,
    change: async (context, input) => {
      const { control } = context;
      refuseAfterSetup(control);
      if (!control.setupToken.check(input.token)) {
        control.logger.warn("a wrong setup token was given", { address: context.actor.address });
        throw new AegisError(
          "forbidden",
          "this setup link is not valid: `aegis setup` in the terminal shows the current one",
        );
      }
      if (input.host !== undefined) await refuseHostTargets(control, input.host);
      const passwordHash = await hashNewPassword(control, input.password, [input.name, input.email ?? ""]);
      return (change) => {
        // Two people with the link: the second one comes too late.
        refuseAfterSetup(control);
        const user = createUser(control, change, { ...input, role: "owner" }, passwordHash);
        if (input.paranoia !== undefined) setParanoia(control, input.paranoia);
        if (input.host !== undefined) createHost(context, change, input.host);
        control.setupToken.spend();
        change.republish();
        return { user: userView(user) };
      };
    },
  },
  "setup.user": {
    change: async ({ control }, input) => {
      refuseAfterSetup(control);
      const passwordHash = await hashNewPassword(control, input.password, [input.name, input.email ?? ""]);
      return (change) => {
        refuseAfterSetup(control);
        const user = createUser(control, change, { ...input, role: "owner" }, passwordHash);
        control.setupToken.spend();
        return { user: userView(user) };
      };
    },
  },
};

function refuseAfterSetup(control: Control): void {
  if (control.setupToken.isNeeded) return;
  throw new AegisError("conflict", "setup is done already: sign in, or make users with `aegis user add`");
}

/** Where the configuration file fixes the level, the wizard's choice changes nothing. */
function setParanoia(control: Control, level: 1 | 2 | 3 | 4): void {
  const patch = { waf: { paranoia_level: level } };
  if (declaredKeys(patch, control.config.declared).length > 0) return;
  control.store.settings.set(applyPatch(control.store.settings.get(), patch));
}
