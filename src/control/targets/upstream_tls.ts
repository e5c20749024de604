import { createHash } from "node:crypto";
import type { Host } from "../../core/host.ts";
import type { UpstreamTls } from "../../core/upstream_tls.ts";
import type { StoredCertificate } from "../../store/certificates.ts";

/** What gateways need to speak TLS to the targets of hosts that say more than the defaults, by host id. */
export function upstreamTls(
  hosts: readonly Host[],
  stored: readonly StoredCertificate[],
): Readonly<Record<string, UpstreamTls>> {
  const found: Record<string, UpstreamTls> = {};
  for (const { id, mtls_upstream: said } of hosts) {
    if (said.certificate_id === null && said.ca === "" && said.server_name === "") continue;
    const certificate = stored.find((each) => each.id === said.certificate_id);
    const tls = {
      certificatePem: certificate?.certificatePem ?? null,
      keyPem: certificate?.keyPem ?? null,
      caPem: said.ca === "" ? null : said.ca,
      serverName: said.server_name === "" ? null : said.server_name,
    };
    found[id] = { key: createHash("sha256").update(JSON.stringify(tls)).digest("hex"), ...tls };
  }
  return found;
}
