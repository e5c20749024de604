import type { LocalCa } from "../certificates/local_ca.ts";
import type { Host } from "../core/host.ts";
import type { CertificatePair } from "../core/snapshot.ts";

/** Names that the administration and the fallback answer by on this machine. */
export const OWN_NAMES: readonly string[] = Object.freeze(["localhost", "127.0.0.1", "::1"]);

/** Certificates that gateways get: one of the local CA for each enabled host that wants one, and the fallback. */
export function hostCertificates(
  ca: LocalCa,
  hosts: readonly Host[],
): { certificates: CertificatePair[]; fallback: CertificatePair } {
  const served = hosts.filter((host) => host.enabled && host.certificate === "auto");
  ca.ensure([...OWN_NAMES, ...served.flatMap((host) => host.domains)]);
  return {
    certificates: served.map((host) => wire(ca.certificate(`host:${host.id}`, host.domains))),
    fallback: wire(ca.certificate("fallback", OWN_NAMES)),
  };
}

/** Only what the snapshot holds. */
function wire({ id, names, certificatePem, keyPem }: CertificatePair): CertificatePair {
  return { id, names, certificatePem, keyPem };
}
