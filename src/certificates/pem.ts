import { X509Certificate } from "node:crypto";

/** One block of PEM text (RFC 7468) with its borders. */
export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY`, … */
  readonly label: string;
  readonly text: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----[A-Za-z0-9+/=\s:,.-]*?-----END \1-----/g;

/** The blocks of a text in their order; whatever stands around them (bag attributes, comments) is left out. */
export function pemBlocks(text: string): PemBlock[] {
  return [...text.matchAll(BLOCK)].map((match) => ({ label: match[1]!, text: `${match[0]}\n` }));
}

/** Certificates of a text, or the text of what is wrong: `certificate 2 cannot be read`. */
export function readCertificates(text: string): X509Certificate[] | string {
  const blocks = pemBlocks(text);
  const others = blocks.filter(({ label }) => label !== "CERTIFICATE");
  if (others.some(({ label }) => label.endsWith("PRIVATE KEY"))) {
    return "a private key stands among the certificates";
  }
  if (others.length > 0) return `"${others[0]!.label}" stands among the certificates`;
  if (blocks.length === 0) return "no -----BEGIN CERTIFICATE----- was found";
  const read: X509Certificate[] = [];
  for (const [i, block] of blocks.entries()) {
    try {
      read.push(new X509Certificate(block.text));
    } catch {
      return `certificate ${i + 1} of ${blocks.length} cannot be read`;
    }
  }
  return read;
}
