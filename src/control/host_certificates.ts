import type { LocalCa } from "../certificates/local_ca.ts";
import type { Config } from "../config/config.ts";
import type { Host } from "../core/host.ts";
import type { CertificatePair } from "../core/snapshot.ts";
import { adminNames } from "./admin_address.ts";

/** Names that the fallback certificate covers. */
const OWN_NAMES: readonly string[] = Object.freeze(["localhost", "127.0.0.1", "::1"]);

const FALLBACK = "fallback";

export interface CertificateInputs {
  readonly ca: LocalCa;
  readonly config: Pick<Config, "admin_listen">;
  readonly hosts: readonly Host[];
}

/** Certificates that gateways get: one of the local CA for each enabled host that wants one, and the fallback. */
export function hostCertificates(
  inputs: CertificateInputs,
): { certificates: CertificatePair[]; fallback: CertificatePair } {
  const { ca } = inputs;
  ensureCa(inputs);
  return {
    certificates: served(inputs.hosts).map((host) => ca.certificate(nameOf(host), host.domains)),
    fallback: ca.certificate(FALLBACK, OWN_NAMES),
  };
}

/** Every certificate that gateways get: what it is kept under, and its names. */
export function kept(hosts: readonly Host[]): { readonly id: string; readonly names: readonly string[] }[] {
  const own = served(hosts).map((host) => ({ id: nameOf(host), names: host.domains }));
  return [...own, { id: FALLBACK, names: OWN_NAMES }];
}

/**
 * The administration's certificate. It stays when the CA rotates with the domains: whoever trusts its CA since the setup
 * must not meet a stranger because a host was added.
 */
export function adminCertificate(inputs: CertificateInputs): CertificatePair {
  ensureCa(inputs);
  return inputs.ca.chain("admin", adminNames(inputs.config));
}

/** All names at once: asking for some of them would make a CA that may not sign for the others. */
function ensureCa({ ca, config, hosts }: CertificateInputs): void {
  ca.ensure([...OWN_NAMES, ...adminNames(config), ...served(hosts).flatMap((host) => host.domains)]);
}

function served(hosts: readonly Host[]): Host[] {
  return hosts.filter((host) => host.enabled && host.certificate === "auto");
}

function nameOf(host: Host): string {
  return `host:${host.id}`;
}
