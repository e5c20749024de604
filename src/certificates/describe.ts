import type { X509Certificate } from "node:crypto";

/** What people need to know of a certificate. */
export interface CertificateFacts {
  /** `CN=app.test, O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and addresses of the subject alternative name (RFC 5280, 4.2.1.6). */
  readonly names: readonly string[];
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly serial: string;
  /** SHA-256 in hex, lower case, without colons. */
  readonly fingerprint: string;
  /** `EC P-256`, `RSA 2048`, `Ed25519`. */
  readonly keyType: string;
  readonly isSelfSigned: boolean;
}

export function describeCertificate(certificate: X509Certificate): CertificateFacts {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: alternativeNames(certificate),
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
    serial: certificate.serialNumber.toLowerCase(),
    fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    keyType: keyType(certificate),
    isSelfSigned: isIssuer(certificate, certificate),
  };
}

/** True where `issuer` has signed `certificate`, by name and by signature. */
export function isIssuer(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    // A key of a kind that cannot be verified with has signed nothing that we could believe.
    return false;
  }
}

/** Node puts each attribute on a line of its own; the most telling one first. */
function oneLine(name: string | undefined): string {
  const parts = (name ?? "").split("\n").filter((part) => part !== "");
  return parts.toSorted((a, b) => Number(b.startsWith("CN=")) - Number(a.startsWith("CN="))).join(", ");
}

function alternativeNames(certificate: X509Certificate): string[] {
  const text = certificate.subjectAltName ?? "";
  return text.split(", ").flatMap((part) => {
    const name = /^DNS:([A-Za-z0-9._*-]+)$/.exec(part)?.[1] ??
      /^IP Address:([0-9A-Fa-f:.]+)$/.exec(part)?.[1];
    return name === undefined ? [] : [name.toLowerCase()];
  });
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};

function keyType({ publicKey }: X509Certificate): string {
  const details = publicKey.asymmetricKeyDetails;
  if (publicKey.asymmetricKeyType === "rsa") return `RSA ${details?.modulusLength ?? ""}`.trim();
  if (publicKey.asymmetricKeyType === "ec") {
    const curve = details?.namedCurve ?? "";
    return `EC ${CURVES[curve] ?? curve}`.trim();
  }
  return publicKey.asymmetricKeyType === "ed25519" ? "Ed25519" : publicKey.asymmetricKeyType ?? "unknown";
}
