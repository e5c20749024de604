import type { LocalCa } from "../certificates/local_ca.ts";
import type { Config } from "../config/config.ts";
import type { Host } from "../core/host.ts";
import type { CertificatePair } from "../core/snapshot.ts";
import { adminNames } from "./admin_address.ts";

/** Names that the fallback certificate covers. */
const OWN_NAMES: readonly string[] = Object.freeze(["localhost", "127.0.0.1", "::1"]);

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
    certificates: served(inputs.hosts).map((host) => wire(ca.certificate(`host:${host.id}`, host.domains))),
    fallback: wire(ca.certificate("fallback", OWN_NAMES)),
  };
}

/**
 * The administration's certificate. It stays when the CA rotates with the domains: whoever trusts its CA since the setup
 * must not meet a stranger because a host was added.
 */
export function adminCertificate(inputs: CertificateInputs): CertificatePair {
  ensureCa(inputs);
  return wire(inputs.ca.certificate("admin", adminNames(inputs.config), true));
}

/** All names at once: asking for some of them would make a CA that may not sign for the others. */
function ensureCa({ ca, config, hosts }: CertificateInputs): void {
  ca.ensure([...OWN_NAMES, ...adminNames(config), ...served(hosts).flatMap((host) => host.domains)]);
}

function served(hosts: readonly Host[]): Host[] {
  return hosts.filter((host) => host.enabled && host.certificate === "auto");
}

/** Only what the snapshot holds. */
function wire({ id, names, certificatePem, keyPem }: CertificatePair): CertificatePair {
  return { id, names, certificatePem, keyPem };
}
