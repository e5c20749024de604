import { AegisError, type FieldError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { kindFaults } from "../../core/host_kind_faults.ts";
import { socketPathOf, socketPlaceFault, socketPlaceRemedy } from "../../core/target_url.ts";
import { addressRefusal, parseTarget } from "../../gateway/upstream/target_rule.ts";
import type { Control } from "../control.ts";

/** How long the resolution of a target's name may take before saving goes on without it. */
const RESOLVE_MS = 3_000;

/**
 * The target rule at save (spec 01, Upstreams): what is refused by its form, its address, or the addresses its name has
 * now. A name that does not resolve yet is let through: the gateways check again at every connect. `field` is where
 * the list stands in the input.
 */
async function refuseTargets(
  control: Control,
  targets: readonly { readonly url: string }[],
  field: string,
): Promise<void> {
  const allowPrivate = control.settings().upstreams.allow_private;
  const refusals = await Promise.all(targets.map((target) => refusalOf(control, target.url, allowPrivate)));
  const fields = refusals.flatMap((message, i): FieldError[] =>
    message === null ? [] : [{
      field: `${field}.${i}.url`,
      message,
      remedy: remedyOf(control, targets[i]!.url, message),
    }]
  );
  if (fields.length > 0) throw new AegisError("invalid_input", fields[0]!.message, { fields });
}

/** The same for all targets that a host names, those of its paths too. */
export async function refuseHostTargets(
  control: Control,
  host: {
    readonly targets?: readonly { readonly url: string }[] | undefined;
    readonly paths?: readonly { readonly targets: readonly { readonly url: string }[] }[] | undefined;
  },
): Promise<void> {
  await refuseTargets(control, host.targets ?? [], "host.targets");
  for (const [i, path] of (host.paths ?? []).entries()) {
    await refuseTargets(control, path.targets, `host.paths.${i}.targets`);
  }
}

function remedyOf({ config }: Control, url: string, message: string): string {
  if (socketPathOf(url) !== null) return socketPlaceRemedy(config.upstream_socket_dir);
  return message.includes("allow_private")
    ? "switch upstreams.allow_private on in the settings, or use a public address"
    : "write http://address:port or https://address:port of the application";
}

async function refusalOf(control: Control, url: string, allowPrivate: boolean): Promise<string | null> {
  const endpoint = parseTarget(url);
  if (typeof endpoint === "string") return endpoint;
  if (endpoint.isSocket) return socketPlaceFault(endpoint.host, control.config.upstream_socket_dir);
  if (endpoint.isAddress) return addressRefusal(endpoint.host, allowPrivate);
  const addresses = await resolveWithin(control, endpoint.host);
  const refusals = addresses.map((address) => addressRefusal(address, allowPrivate));
  const refused = refusals.find((refusal) => refusal !== null);
  return refused !== undefined && !refusals.includes(null) ? `${endpoint.host}: ${refused}` : null;
}

function resolveWithin(control: Control, name: string): Promise<readonly string[]> {
  return new Promise((done) => {
    const timer = setTimeout(() => done([]), RESOLVE_MS);
    control.lookup(name, (error, addresses) => {
      clearTimeout(timer);
      done(error === null ? addresses : []);
    });
  });
}

/** Throws `invalid_input` where the fields of a changed host do not fit its kind. */
export function refuseKind(host: Host): void {
  const fields = kindFaults(host).map(({ path, message, remedy }) => ({
    field: ["host", ...path].join("."),
    message,
    remedy,
  }));
  if (fields.length > 0) throw new AegisError("invalid_input", fields[0]!.message, { fields });
}

/** Throws `conflict` where one of the domains belongs to another host, naming it. `ownId`: the host itself. */
export function refuseDomains(control: Control, domains: readonly string[], ownId: string | null): void {
  const others = control.hosts().filter((host) => host.id !== ownId);
  const fields = domains.flatMap((domain, i): FieldError[] => {
    const owner = others.find((host) => host.domains.includes(domain));
    if (owner === undefined) return [];
    const where =
      { file: " of the configuration file", docker: " of a container", database: "" }[owner.origin];
    return [{
      field: `host.domains.${i}`,
      message: `"${domain}" belongs to the host ${owner.domains[0]}${where} already`,
      remedy: "take it from that host first, or leave it out here",
    }];
  });
  if (fields.length > 0) throw new AegisError("conflict", fields[0]!.message, { fields });
}
