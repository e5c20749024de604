import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import * as der from "../lib/der.ts";
import { encodeConstraints, encodeGeneralName, type Permitted } from "./name_constraints.ts";

/** A P-256 key pair as node:crypto holds it. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface CertificateRequest {
  /** Common name; at most 64 characters are used (RFC 5280 appendix A, ub-common-name). */
  readonly subject: string;
  readonly publicKey: KeyObject;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly kind: { readonly ca: Permitted } | { readonly names: readonly string[] };
}

export interface Issuer {
  readonly subject: string;
  readonly key: KeyPair;
}

const ECDSA_WITH_SHA256 = der.sequence(der.objectIdentifier("1.2.840.10045.4.3.2"));

export function generateKeyPair(): KeyPair {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** PKCS #8, PEM. */
export function privateKeyPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Signs a certificate (X.509 v3, RFC 5280), PEM. Where `issuer` is the subject's own key, it is a root. */
export function issueCertificate(request: CertificateRequest, issuer: Issuer): string {
  const tbs = der.sequence(
    der.tagged(0, der.integer(Uint8Array.of(2))),
    der.integer(serialNumber()),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer.subject),
    der.sequence(der.time(request.notBefore), der.time(request.notAfter)),
    distinguishedName(request.subject),
    spki(request.publicKey),
    der.tagged(3, der.sequence(...extensions(request, issuer))),
  );
  const signature = sign("sha256", tbs, issuer.key.privateKey);
  return pem(der.sequence(tbs, ECDSA_WITH_SHA256, der.bitString(signature)));
}

function extensions(request: CertificateRequest, issuer: Issuer): der.Der[] {
  const own = der.octetString(keyId(request.publicKey));
  const issuerId = der.sequence(der.taggedBytes(0, keyId(issuer.key.publicKey)));
  const ids = [extension("2.5.29.14", false, own), extension("2.5.29.35", false, issuerId)];
  if ("ca" in request.kind) {
    return [
      // CA, and no other CA below it.
      extension("2.5.29.19", true, der.sequence(der.boolean(true), der.integer(Uint8Array.of(0)))),
      // keyCertSign (5) and cRLSign (6).
      extension("2.5.29.15", true, der.bitString(Uint8Array.of(0b0000_0110), 1)),
      extension("2.5.29.30", true, encodeConstraints(request.kind.ca)),
      ...ids,
    ];
  }
  return [
    extension("2.5.29.19", true, der.sequence()),
    // digitalSignature (0); the extended use is serverAuth.
    extension("2.5.29.15", true, der.bitString(Uint8Array.of(0b1000_0000), 7)),
    extension("2.5.29.37", false, der.sequence(der.objectIdentifier("1.3.6.1.5.5.7.3.1"))),
    extension("2.5.29.17", false, der.sequence(...request.kind.names.map(encodeGeneralName))),
    ...ids,
  ];
}

function extension(oid: string, critical: boolean, value: der.Der): der.Der {
  const mark = critical ? [der.boolean(true)] : [];
  return der.sequence(der.objectIdentifier(oid), ...mark, der.octetString(value));
}

/** O=Aegis, CN=… */
function distinguishedName(commonName: string): der.Der {
  const attribute = (oid: string, text: string) =>
    der.set(der.sequence(der.objectIdentifier(oid), der.utf8String(text)));
  return der.sequence(attribute("2.5.4.10", "Aegis"), attribute("2.5.4.3", commonName.slice(0, 64)));
}

/** 127 random bits, never zero (RFC 5280 §4.1.2.2). */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes;
}

function spki(key: KeyObject): Uint8Array {
  return key.export({ type: "spki", format: "der" });
}

/** RFC 7093 §2, method 1: the leftmost 160 bits of the key's SHA-256 (the last 65 bytes are a P-256 point). */
function keyId(key: KeyObject): Uint8Array {
  return createHash("sha256").update(spki(key).subarray(-65)).digest().subarray(0, 20);
}

function pem(bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
