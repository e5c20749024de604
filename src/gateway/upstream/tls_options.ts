import type { ConnectionOptions } from "node:tls";
import type { UpstreamTls } from "../../core/upstream_tls.ts";
import type { Endpoint } from "./target_rule.ts";

/**
 * Name, authorities and certificate of a handshake with a target. `authorities` are believed where the host names none.
 *
 * [SECURITY] The name that is verified is the configured one, never what the resolver made of it (RFC 9110 §4.3.4); and
 * where a host names its authorities, no other is believed, the built-in roots neither.
 */
export function tlsOptions(
  endpoint: Endpoint,
  said: UpstreamTls | null,
  authorities: string[] | null,
): ConnectionOptions {
  const name = serverName(endpoint, said);
  const ca = said !== null && said.caPem !== null ? [said.caPem] : authorities;
  return {
    ...(name === "" ? {} : { servername: name }),
    ...(ca === null ? {} : { ca }),
    ...(said === null || said.certificatePem === null || said.keyPem === null
      ? {}
      : { cert: said.certificatePem, key: said.keyPem }),
  };
}

/** The name that is sent and verified; empty: none is sent, and the address is verified (RFC 6066 §3). */
export function serverName(endpoint: Endpoint, said: UpstreamTls | null): string {
  return said?.serverName ?? (endpoint.isAddress ? "" : endpoint.host);
}
