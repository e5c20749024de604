import type { Host } from "../../core/host.ts";
import type { CertificatePair } from "../../core/snapshot.ts";
import type { StoredCertificate } from "../../store/certificates.ts";

/** `origin` of certificates that somebody uploaded; those of the local CA come and go by themselves. */
export const UPLOADED = "custom";

/** Which stored certificates serve hosts, and which names are left to the local CA. */
export interface CertificateChoice {
  readonly certificates: readonly CertificatePair[];
  /** By host id: those of its domains that no stored certificate serves. */
  readonly left: ReadonlyMap<string, readonly string[]>;
}

/** How a host uses a certificate: by its own choice, or because a name fits. */
export type Use = "bound" | "matching";

/** True where a certificate for `name` (`*.example.com` stands for one label) covers `domain`. */
export function covers(name: string, domain: string): boolean {
  if (name === domain) return true;
  const dot = domain.indexOf(".");
  return name.startsWith("*.") && dot > 0 && !domain.startsWith("*") && name.slice(1) === domain.slice(dot);
}

/** The stored certificate of a domain: the one that the host is bound to, else the one that fits and lasts longest. */
export function choose(
  host: Host,
  domain: string,
  stored: readonly StoredCertificate[],
  now: number,
): { readonly certificate: StoredCertificate; readonly use: Use } | null {
  if (host.certificate === "none") return null;
  if (host.certificate === "custom") {
    const bound = stored.find(({ id }) => id === host.certificate_id);
    return bound === undefined ? null : { certificate: bound, use: "bound" };
  }
  let best: StoredCertificate | null = null;
  for (const each of stored) {
    if (each.notAfter <= now || !each.names.some((name) => covers(name, domain))) continue;
    if (best === null || each.notAfter > best.notAfter) best = each;
  }
  return best === null ? null : { certificate: best, use: "matching" };
}

/** For all enabled hosts. A host whose certificate is gone gets one of the local CA: its visitors see a warning, not nothing. */
export function chooseCertificates(
  hosts: readonly Host[],
  stored: readonly StoredCertificate[],
  now: number,
): CertificateChoice {
  const served = new Map<StoredCertificate, Set<string>>();
  const left = new Map<string, string[]>();
  for (const host of hosts) {
    if (!host.enabled || host.certificate === "none") continue;
    for (const domain of host.domains) {
      const chosen = choose(host, domain, stored, now);
      if (chosen === null) {
        left.set(host.id, [...left.get(host.id) ?? [], domain]);
        continue;
      }
      const domains = served.get(chosen.certificate) ?? new Set();
      served.set(chosen.certificate, domains.add(domain));
    }
  }
  const certificates = [...served].map((
    [{ id, names, certificatePem, keyPem }, domains],
  ): CertificatePair => ({
    id,
    // A name that it is bound to and does not cover is served all the same: its owner asked for that.
    names: [...new Set([...names, ...domains])],
    serves: [...domains],
    certificatePem,
    keyPem,
  }));
  return { certificates, left };
}
