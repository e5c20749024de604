import type { LocalCa } from "../../certificates/local_ca.ts";
import type { Config } from "../../config/config.ts";
import type { Host } from "../../core/host.ts";
import type { CertificatePair } from "../../core/snapshot.ts";
import type { StoredCertificate } from "../../store/certificates.ts";
import { chooseCertificates } from "./certificate_choice.ts";
import { adminNames } from "../admin_address.ts";

/** Names that the fallback certificate covers. */
const OWN_NAMES: readonly string[] = Object.freeze(["localhost", "127.0.0.1", "::1"]);

const FALLBACK = "fallback";

export interface CertificateInputs {
  readonly ca: LocalCa;
  readonly config: Pick<Config, "admin_listen">;
  readonly hosts: readonly Host[];
  /** Uploaded ones. */
  readonly stored: readonly StoredCertificate[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Certificates that gateways get: uploaded ones, one of the local CA for each enabled host whose names are left, and the fallback. */
export function hostCertificates(
  inputs: CertificateInputs,
): { certificates: CertificatePair[]; fallback: CertificatePair } {
  const { ca } = inputs;
  ensureCa(inputs);
  const { certificates, left } = chooseCertificates(inputs.hosts, inputs.stored, inputs.now);
  const own = [...left].map(([hostId, names]) => ca.certificate(nameOf(hostId), names));
  return {
    certificates: [...certificates, ...own],
    fallback: ca.certificate(FALLBACK, OWN_NAMES),
  };
}

/** Every certificate of the local CA that gateways get: what it is kept under, and its names. */
export function kept(
  { hosts, stored, now }: Pick<CertificateInputs, "hosts" | "stored" | "now">,
): { readonly id: string; readonly names: readonly string[] }[] {
  const { left } = chooseCertificates(hosts, stored, now);
  const own = [...left].map(([hostId, names]) => ({ id: nameOf(hostId), names }));
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
  return hosts.filter((host) => host.enabled && host.certificate !== "none");
}

function nameOf(hostId: string): string {
  return `host:${hostId}`;
}
