import { DerError, DerReader, oidText } from "../lib/der_reader.ts";

/** What node:crypto does not tell of a certificate. */
export interface CertificateFields {
  /** Serial number and issuer's name as they stand in it (DER), in hex: together they name a certificate. */
  readonly serial: string;
  readonly issuer: string;
  /** Extended key usages (RFC 5280, 4.2.1.12); null: it names none. */
  readonly usages: readonly string[] | null;
}

const [SEQUENCE, INTEGER, BOOLEAN, OCTET_STRING, OID] = [0x30, 0x02, 0x01, 0x04, 0x06];
const EXTENSIONS = 0xa3;
const EXTENDED_KEY_USAGE = "2.5.29.37";

/** Reads a certificate's DER (RFC 5280, 4.1). null where it is none. */
export function certificateFields(der: Uint8Array): CertificateFields | null {
  try {
    const tbs = new DerReader(der).enter(SEQUENCE).enter(SEQUENCE);
    tbs.skip(0xa0);
    const serial = tbs.expect(INTEGER).content.toHex();
    tbs.expect(SEQUENCE);
    const issuer = tbs.expect(SEQUENCE).whole.toHex();
    let usages: string[] | null = null;
    while (!tbs.isAtEnd) {
      if (tbs.nextTag !== EXTENSIONS) {
        tbs.next();
        continue;
      }
      const extensions = tbs.enter(EXTENSIONS).enter(SEQUENCE);
      while (!extensions.isAtEnd) {
        const extension = extensions.enter(SEQUENCE);
        const name = oidText(extension.expect(OID).content);
        extension.skip(BOOLEAN);
        if (name === EXTENDED_KEY_USAGE) usages = usagesOf(extension.expect(OCTET_STRING).content);
      }
    }
    return { serial, issuer, usages };
  } catch (thrown) {
    if (thrown instanceof DerError) return null;
    throw thrown;
  }
}

function usagesOf(content: Uint8Array): string[] {
  const list = new DerReader(content).enter(SEQUENCE);
  const usages: string[] = [];
  while (!list.isAtEnd) usages.push(oidText(list.expect(OID).content));
  return usages;
}
