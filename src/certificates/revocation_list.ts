import { DerError, DerReader } from "../lib/der_reader.ts";
import { pemBlocks } from "./pem.ts";

/** Certificates that their issuers have taken back. */
export interface RevocationLists {
  /** `ISSUER SERIAL`, both as `certificateFields` writes them. */
  readonly revoked: ReadonlySet<string>;
}

const [SEQUENCE, INTEGER] = [0x30, 0x02];
const MAX_ENTRIES = 1_000_000;

/**
 * Reads revocation lists (RFC 5280, 5.1) as PEM text; empty text: none. A string says what is wrong. Whoever configures
 * them answers for them: their signature is not looked at, and one that is past its next update still counts.
 */
export function readRevocationLists(text: string): RevocationLists | string {
  const revoked = new Set<string>();
  if (text.trim() === "") return { revoked };
  const blocks = pemBlocks(text);
  const other = blocks.find(({ label }) => label !== "X509 CRL");
  if (other !== undefined) return `"${other.label}" stands among the revocation lists`;
  if (blocks.length === 0) return "no -----BEGIN X509 CRL----- was found";
  for (const [i, block] of blocks.entries()) {
    try {
      readList(derOf(block.text), revoked);
    } catch (thrown) {
      if (!(thrown instanceof DerError) && !(thrown instanceof SyntaxError)) throw thrown;
      return `revocation list ${i + 1} of ${blocks.length} cannot be read`;
    }
    if (revoked.size > MAX_ENTRIES) return `more than ${MAX_ENTRIES} revoked certificates`;
  }
  return { revoked };
}

/** How a certificate is named in the lists. */
export function revocationKey(issuer: string, serial: string): string {
  return `${issuer} ${serial}`;
}

function readList(der: Uint8Array, into: Set<string>): void {
  const tbs = new DerReader(der).enter(SEQUENCE).enter(SEQUENCE);
  tbs.skip(INTEGER);
  tbs.expect(SEQUENCE);
  const issuer = tbs.expect(SEQUENCE).whole.toHex();
  // thisUpdate, then perhaps nextUpdate: UTCTime or GeneralizedTime.
  tbs.next();
  if (tbs.nextTag === 0x17 || tbs.nextTag === 0x18) tbs.next();
  if (tbs.nextTag !== SEQUENCE) return;
  const entries = tbs.enter(SEQUENCE);
  while (!entries.isAtEnd) {
    const serial = entries.enter(SEQUENCE).expect(INTEGER).content.toHex();
    into.add(revocationKey(issuer, serial));
  }
}

function derOf(pem: string): Uint8Array {
  return Uint8Array.fromBase64(pem.replace(/-----[A-Z0-9 ]+-----/g, "").replace(/\s/g, ""));
}
