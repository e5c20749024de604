import { AegisError } from "../../core/errors.ts";
import { CDN_NAMES, type TrustedProxy } from "../../core/trusted_proxy.ts";
import { formatCidr, parseCidr } from "../../lib/ip.ts";
import { CDNS, parseNetworks } from "../../shield/real_client/cdn_networks.ts";
import type { Answer, Bodies, Change } from "../body.ts";
import type { Control } from "../control.ts";
import { applyPatch, declaredKeys } from "../settings/settings_patch.ts";
import { fetchNetworks } from "./cdn_fetch.ts";

type Name = "proxies.list" | "proxies.reload" | "proxies.add" | "proxies.remove" | "proxies.refresh_cdn";

export const proxiesBodies: Bodies<Name> = {
  "proxies.list": { read: ({ control }) => proxiesView(control) },
  "proxies.reload": {
    change: ({ control }) => (change) => {
      if (control.proxies.reload()) change.republish();
      change.nothing();
      return proxiesView(control);
    },
  },
  "proxies.add": {
    change: ({ control }, entry) => (change) => {
      const before = control.settings().proxies.trusted;
      const others = before.filter(({ network }) => network !== entry.network);
      return setTrusted(control, change, entry.network, before, [...others, entry]);
    },
  },
  "proxies.remove": {
    change: ({ control }, { network: text }) => (change) => {
      const cidr = parseCidr(text);
      const network = cidr === null ? text : formatCidr(cidr);
      const before = control.settings().proxies.trusted;
      const after = before.filter((each) => each.network !== network);
      if (after.length === before.length) throw notRemovable(control, network);
      return setTrusted(control, change, network, before, after);
    },
  },
  "proxies.refresh_cdn": {
    change: async ({ control }, { name }) => {
      const before = networksOf(control, name);
      const networks = await fetchNetworks(name, before.length, control.fetchText);
      return (change) => {
        control.store.cdnNetworks.set({ cdn: name, networks, fetchedAt: change.now });
        const counted = (list: readonly string[]) => ({ networks: list.length });
        change.record(`networks of ${CDNS[name].title}`, counted(before), counted(networks));
        change.republish();
        return proxiesView(control);
      };
    },
  },
};

function setTrusted(
  control: Control,
  change: Change,
  subject: string,
  before: readonly TrustedProxy[],
  after: readonly TrustedProxy[],
): Answer<"proxies.list"> {
  const patch = { proxies: { trusted: [...after] } };
  if (declaredKeys(patch, control.config.declared).length > 0) {
    throw new AegisError("read_only", "proxies.trusted is fixed by the configuration file: change it there");
  }
  control.store.settings.set(applyPatch(control.store.settings.get(), patch));
  const entryOf = (list: readonly TrustedProxy[]) => list.find(({ network }) => network === subject) ?? null;
  change.record(`trusted proxy ${subject}`, entryOf(before), entryOf(after));
  change.republish();
  return proxiesView(control);
}

function notRemovable(control: Control, network: string): AegisError {
  const entry = control.proxies.trusted().find((each) => each.network === network);
  if (entry === undefined) return new AegisError("not_found", `${network} is not trusted`);
  return new AegisError(
    "conflict",
    `${network} is trusted by ${entry.origin}${
      entry.place === "" ? "" : ` (${entry.place})`
    }: change it there`,
  );
}

function networksOf(control: Control, name: typeof CDN_NAMES[number]): readonly string[] {
  return control.store.cdnNetworks.get(name)?.networks ?? parseNetworks(CDNS[name].file);
}

function proxiesView(control: Control): Answer<"proxies.list"> {
  const { cdn, auto_trust } = control.settings().proxies;
  return {
    trusted: control.proxies.trusted(),
    proposed: control.proxies.proposed(),
    sources: [...control.proxies.sources],
    cdn: CDN_NAMES.map((name) => ({
      name,
      title: CDNS[name].title,
      trusted: cdn.includes(name),
      networks: networksOf(control, name).length,
      fetched_at: control.store.cdnNetworks.get(name)?.fetchedAt ?? null,
    })),
    auto_trust,
  };
}
