/** Certificates of clients at a host's door (spec 01, `client_auth`). */
export interface ClientAuth {
  /** `request`: a client may show one; `require`: without a good one it gets nothing. */
  readonly mode: "off" | "request" | "require";
  /** PEM of the authorities that are believed. */
  readonly ca: string;
  /** PEM of their revocation lists; empty: none. */
  readonly crl: string;
  /** Field that tells the target the subject of a good certificate, lower case; a client's own is dropped. Empty: none. */
  readonly subject_header: string;
}

export const DEFAULT_CLIENT_AUTH: ClientAuth = Object.freeze({
  mode: "off",
  ca: "",
  crl: "",
  subject_header: "",
});

/** What a handshake asked its client for, and what the client showed. It has proved that it holds the leaf's key. */
export interface ShownCertificates {
  /** Of the door that asked (`ClientDoor.key`); empty: nobody did. */
  readonly door: string;
  /** DER, leaf first; empty: none was shown. */
  readonly chain: readonly Uint8Array[];
}
