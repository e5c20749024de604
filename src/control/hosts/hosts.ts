import { AegisError } from "../../core/errors.ts";
import { CORS_DEFAULTS, corsFault } from "../../core/cors.ts";
import type { Host } from "../../core/host.ts";
import { type Target, TARGET_DEFAULTS } from "../../core/target.ts";
import { type HostPath, pathName, targetsOf } from "../../core/host_path.ts";
import { burstFault } from "../../config/host_traffic_schema.ts";
import { DEFAULT_RATE_LIMIT } from "../../core/host_traffic.ts";
import type { HostFields, HostPatch, PathFields, TargetFields } from "../../config/host_schema.ts";
import type { Bodies, Change, Context } from "../body.ts";
import { changedMeanwhile } from "../changed_meanwhile.ts";
import type { Control } from "../control.ts";
import { refuseDomains, refuseHostTargets, refuseKind } from "./host_checks.ts";
import { refuseCertificates } from "../certificates/host_certificate_checks.ts";
import { hostView, hostViews } from "./host_views.ts";
import { newId } from "../ids.ts";
import { refuseUnknownSwitches } from "../rules/unknown_rule.ts";
import { testTargetTls } from "../targets/target_tls_trial.ts";
import { testTarget } from "../targets/target_trial.ts";

type Name =
  | "hosts.list"
  | "hosts.get"
  | "hosts.create"
  | "hosts.update"
  | "hosts.delete"
  | "hosts.set_enabled"
  | "hosts.test"
  | "hosts.test_tls";

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
      await refuseHostTargets(context.control, host);
      return (change) => hostView(context.control, createHost(context, change, host));
    },
  },
  "hosts.update": {
    change: async ({ control }, { id, host: patch, version }) => {
      await refuseHostTargets(control, patch);
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
  "hosts.test_tls": {
    read: ({ control }, { id, target_id }) => {
      const host = findHost(control, id);
      const targets = targetsOf(host);
      const first = targets.find(({ url }) => url.startsWith("https:")) ?? firstTarget(host);
      const wanted = target_id ?? first.id;
      const target = targets.find((each) => each.id === wanted);
      if (target === undefined) throw new AegisError("not_found", `there is no target "${wanted}"`);
      return testTargetTls(control, target, control.upstreamTls(host));
    },
  },
  "hosts.test": {
    read: async ({ control }, input) => {
      if ("url" in input) {
        const { url, verify_tls } = input;
        return await testTarget(control, { ...TARGET_DEFAULTS, id: "test", url, verify_tls }, null);
      }
      const host = findHost(control, input.id);
      return await testTarget(control, firstTarget(host), control.upstreamTls(host));
    },
  },
};

/** Puts a new host into the store, inside the transaction of `change`. */
export function createHost({ control }: Context, change: Change, fields: HostFields): Host {
  refuseDomains(control, fields.domains, null);
  const host: Host = {
    ...fields,
    targets: withTargetIds(fields.targets, []),
    paths: withPathIds(fields.paths, []),
    id: newId("host"),
    origin: "database",
    created_at: change.now,
    updated_at: change.now,
    version: 1,
  };
  refuseCertificates(control, host);
  refuseUnknownSwitches(control, host.waf.rules, {});
  control.store.hosts.insert(host);
  change.record(host.domains[0]!, null, host);
  change.republish();
  return host;
}

function firstTarget(host: Host): Target {
  const [target] = host.targets;
  if (target !== undefined) return target;
  throw new AegisError("conflict", `${host.domains[0]} is a ${host.kind} host: it has no target to test`);
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

/** Changes a host in the store, inside the transaction of `change`. */
export function changeHost(
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
    client_auth: merged(before.client_auth, patch.client_auth),
    mtls_upstream: merged(before.mtls_upstream, patch.mtls_upstream),
    circuit_breaker: merged(before.circuit_breaker, patch.circuit_breaker),
    canary: merged(before.canary, patch.canary),
    rate_limit: limitAfter(before.rate_limit, patch.rate_limit),
    adaptive: merged(before.adaptive, patch.adaptive),
    hsts: merged(before.hsts, patch.hsts),
    timeouts: merged(before.timeouts, patch.timeouts),
    waf: merged(before.waf, patch.waf),
    maintenance: merged(before.maintenance, patch.maintenance),
    request_headers: merged(before.request_headers, patch.request_headers),
    response_headers: merged(before.response_headers, patch.response_headers),
    error_pages: merged(before.error_pages, patch.error_pages),
    compression: merged(before.compression, patch.compression),
    response_filter: {
      ...merged(before.response_filter, { ...patch.response_filter, headers: undefined }),
      headers: merged(before.response_filter.headers, patch.response_filter?.headers),
    },
    file_scan: merged(before.file_scan, patch.file_scan),
    challenge: merged(before.challenge, patch.challenge),
    cors: corsAfter(before.cors, patch.cors),
    bots: {
      ...merged(before.bots, { ...patch.bots, robots: undefined }),
      robots: merged(before.bots.robots, patch.bots?.robots),
    },
    targets: patch.targets === undefined ? before.targets : withTargetIds(patch.targets, before.targets),
    paths: patch.paths === undefined ? before.paths : withPathIds(patch.paths, before.paths),
    updated_at: change.now,
    version: before.version + 1,
  };
  refuseCertificates(control, after);
  refuseKind(after);
  refuseUnknownSwitches(control, after.waf.rules, before.waf.rules);
  if (!control.store.hosts.update(after)) throw changedMeanwhile(control, before.domains[0]!);
  change.record(after.domains[0]!, before, after);
  change.republish();
  return after;
}

function limitAfter(before: Host["rate_limit"], patch: HostPatch["rate_limit"]): Host["rate_limit"] {
  if (patch === undefined) return before;
  if (patch === null) return null;
  const after = merged(before ?? DEFAULT_RATE_LIMIT, patch);
  const fault = burstFault(after);
  if (fault === null) return after;
  throw new AegisError("invalid_input", fault.message, {
    fields: [{ field: "host.rate_limit.burst", ...fault }],
  });
}

function corsAfter(before: Host["cors"], patch: HostPatch["cors"]): Host["cors"] {
  if (patch === undefined) return before;
  if (patch === null) return null;
  const after = merged(before ?? CORS_DEFAULTS, patch);
  const fault = after.origins.length > 0
    ? corsFault(after)
    : { field: "origins", message: "no origin is named", remedy: "write https://app.example.com" };
  if (fault === null) return after;
  const { field, message, remedy } = fault;
  throw new AegisError("invalid_input", message, {
    fields: [{ field: `host.cors.${field}`, message, remedy }],
  });
}

function merged<T extends object>(before: T, patch: { [K in keyof T]?: T[K] | undefined } | undefined): T {
  return { ...before, ...withoutUndefined(patch ?? {}) };
}

const READ_ONLY: Readonly<Record<Exclude<Host["origin"], "database">, string>> = {
  file: "is declared in the configuration file: change it there",
  docker: "comes of the labels of a container: change them there",
};

function editableHost(control: Control, id: string, version: number | undefined): Host {
  const host = findHost(control, id);
  if (host.origin !== "database") {
    throw new AegisError("read_only", `${host.domains[0]} ${READ_ONLY[host.origin]}`);
  }
  if (version !== undefined && version !== host.version) throw changedMeanwhile(control, host.domains[0]!);
  return host;
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

/** The targets of a path keep their ids as long as it is the path for the same requests. */
function withPathIds(paths: readonly PathFields[], before: readonly HostPath[]): HostPath[] {
  return paths.map((path) => {
    const known = before.find((each) => pathName(each) === pathName(path));
    return { ...path, targets: withTargetIds(path.targets, known?.targets ?? []) };
  });
}

function mentions(host: Pick<Host, "domains" | "notes" | "targets" | "paths">, text: string): boolean {
  return host.domains.some((domain) => domain.includes(text)) || host.notes.toLowerCase().includes(text) ||
    targetsOf(host).some((target) => target.url.includes(text));
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
