/** How a host's targets are spoken to over TLS where it says more than the defaults (spec 01, `mtls_upstream`). */
export interface UpstreamTls {
  /** Equal where all else is: connections made by one are never used by another. */
  readonly key: string;
  /** Shown to targets that ask for one; null: none. */
  readonly certificatePem: string | null;
  readonly keyPem: string | null;
  /** The only authorities that are believed; null: the built-in roots. */
  readonly caPem: string | null;
  /** Sent and verified instead of the target's own name; null: that one. */
  readonly serverName: string | null;
}
