import { AegisError } from "../core/errors.ts";
import type { Host, Target } from "../core/host.ts";
import type { HostFields, HostPatch, TargetFields } from "../config/host_schema.ts";
import type { Bodies, Change, Context } from "./body.ts";
import type { Control } from "./control.ts";
import { refuseDomains, refuseTargets } from "./host_checks.ts";
import { hostView, hostViews } from "./host_views.ts";
import { newId } from "./ids.ts";
import { testTarget } from "./target_trial.ts";

type Name =
  | "hosts.list"
  | "hosts.get"
  | "hosts.create"
  | "hosts.update"
  | "hosts.delete"
  | "hosts.set_enabled"
  | "hosts.test";

export const hostsBodies: Bodies<Name> = {
  "hosts.list": {
    read: ({ control }, { q, state }) =>
      hostViews(control).filter((host) =>
        (state === undefined || host.state === state) && (q === undefined || mentions(host, q.toLowerCase()))
      ),
  },
  "hosts.get": { read: ({ control }, { id }) => hostView(control, findHost(control, id)) },
  "hosts.create": {
    complete: withPresetHost,
    change: async (context, { host }) => {
      await refuseTargets(context.control, host.targets, "host.targets");
      return (change) => hostView(context.control, createHost(context, change, host));
    },
  },
  "hosts.update": {
    change: async ({ control }, { id, host: patch, version }) => {
      if (patch.targets !== undefined) await refuseTargets(control, patch.targets, "host.targets");
      return (change) => hostView(control, changeHost(control, change, id, patch, version));
    },
  },
  "hosts.set_enabled": {
    change: ({ control }, { id, enabled }) => (change) =>
      hostView(control, changeHost(control, change, id, { enabled }, undefined)),
  },
  "hosts.delete": {
    change: ({ control }, { id, version }) => (change) => {
      const host = editableHost(control, id, version);
      control.store.hosts.delete(host.id);
      change.record(host.domains[0]!, host, null);
      change.republish();
      return {};
    },
  },
  "hosts.test": {
    read: async ({ control }, input) => {
      const target = "url" in input ? input : findHost(control, input.id).targets[0]!;
      return await testTarget(control, target.url, target.verify_tls);
    },
  },
};

/** Puts a new host into the store, inside the transaction of `change`. */
export function createHost({ control }: Context, change: Change, fields: HostFields): Host {
  refuseDomains(control, fields.domains, null);
  const host: Host = {
    ...fields,
    targets: withTargetIds(fields.targets, []),
    id: newId("host"),
    origin: "database",
    created_at: change.now,
    updated_at: change.now,
    version: 1,
  };
  control.store.hosts.insert(host);
  change.record(host.domains[0]!, null, host);
  change.republish();
  return host;
}

/** By id, or by one of its domains; of file and database. */
export function findHost(control: Control, idOrDomain: string): Host {
  const wanted = idOrDomain.toLowerCase();
  const host = control.hosts().find((each) => each.id === idOrDomain || each.domains.includes(wanted));
  if (host === undefined) throw new AegisError("not_found", `there is no host "${idOrDomain}"`);
  return host;
}

/** Raw input of a host with what the preset says of fields that its author left out. */
export function withPresetHost(control: Control, raw: unknown): unknown {
  if (!isBlock(raw) || !isBlock(raw.host)) return raw;
  const defaults = control.config.defaults.host;
  const waf = raw.host.waf ?? {};
  return {
    ...raw,
    host: {
      max_body_bytes: defaults.max_body_bytes,
      security_headers: defaults.security_headers,
      ...raw.host,
      waf: isBlock(waf) ? { mode: defaults.waf_mode, ...waf } : waf,
    },
  };
}

function changeHost(
  control: Control,
  change: Change,
  id: string,
  patch: HostPatch,
  version: number | undefined,
): Host {
  const before = editableHost(control, id, version);
  if (patch.domains !== undefined) refuseDomains(control, patch.domains, before.id);
  const after: Host = {
    ...before,
    ...withoutUndefined(patch),
    health: merged(before.health, patch.health),
    hsts: merged(before.hsts, patch.hsts),
    timeouts: merged(before.timeouts, patch.timeouts),
    waf: merged(before.waf, patch.waf),
    targets: patch.targets === undefined ? before.targets : withTargetIds(patch.targets, before.targets),
    updated_at: change.now,
    version: before.version + 1,
  };
  if (!control.store.hosts.update(after)) throw changedMeanwhile(before.domains[0]!);
  change.record(after.domains[0]!, before, after);
  change.republish();
  return after;
}

function merged<T extends object>(before: T, patch: { [K in keyof T]?: T[K] | undefined } | undefined): T {
  return { ...before, ...withoutUndefined(patch ?? {}) };
}

function editableHost(control: Control, id: string, version: number | undefined): Host {
  const host = findHost(control, id);
  if (host.origin === "file") {
    throw new AegisError(
      "read_only",
      `${host.domains[0]} is declared in the configuration file: change it there`,
    );
  }
  if (version !== undefined && version !== host.version) throw changedMeanwhile(host.domains[0]!);
  return host;
}

function changedMeanwhile(domain: string): AegisError {
  return new AegisError(
    "precondition_failed",
    `${domain} was changed meanwhile: read it again, then repeat your change`,
  );
}

/** A target keeps its id, and so its state and its log, as long as its URL stays. */
function withTargetIds(targets: readonly TargetFields[], before: readonly Target[]): Target[] {
  const known = [...before];
  return targets.map((target) => {
    const at = known.findIndex((each) => each.url === target.url);
    const id = at < 0 ? newId("target") : known.splice(at, 1)[0]!.id;
    return { ...target, id };
  });
}

function mentions(host: Pick<Host, "domains" | "notes" | "targets">, text: string): boolean {
  return host.domains.some((domain) => domain.includes(text)) || host.notes.toLowerCase().includes(text) ||
    host.targets.some((target) => target.url.includes(text));
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
