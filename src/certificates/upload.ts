import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { AegisError } from "../core/errors.ts";
import { type CertificateFacts, describeCertificate, isIssuer } from "./describe.ts";
import { pemBlocks, readCertificates } from "./pem.ts";

/** A pair as somebody uploaded it, checked and brought into the one form that is stored. */
export interface UploadedPair {
  readonly facts: CertificateFacts;
  /** Leaf first, each signed by the next; without a root of its own signature. */
  readonly certificatePem: string;
  /** PKCS #8. */
  readonly keyPem: string;
  /** What is not wrong but will be noticed. */
  readonly warnings: readonly string[];
}

export interface UploadTexts {
  /** One or more certificates in any order. */
  readonly certificate: string;
  readonly key: string;
}

/** Shorter RSA keys are refused by browsers (CA/Browser Forum baseline requirements, 6.1.5). */
const MIN_RSA_BITS = 2_048;
const MAX_CHAIN = 16;

/**
 * Checks that certificate and key belong together and orders the chain. Throws `invalid_input` that names the field, what
 * is wrong and what to do; the key itself is never repeated. Everything is looked at here, because a TLS context takes any text
 * and fails at the first handshake.
 */
export function readUpload(texts: UploadTexts, now: number): UploadedPair {
  const key = readKey(texts.key);
  const certificates = readCertificates(texts.certificate);
  if (typeof certificates === "string") {
    throw refused(
      "certificate",
      certificates,
      "paste the PEM text of the certificate and its chain (fullchain.pem)",
    );
  }
  if (certificates.length > MAX_CHAIN) {
    throw refused("certificate", `${certificates.length} certificates`, `a chain has at most ${MAX_CHAIN}`);
  }
  certificates.forEach(checkReadable);
  const leaf = certificates.find((each) => each.checkPrivateKey(key));
  if (leaf === undefined) {
    throw refused(
      "key",
      certificates.length === 1
        ? "the key belongs to another certificate"
        : "the key belongs to none of these certificates",
      "upload the key that the certificate was requested with",
    );
  }
  const facts = describeCertificate(leaf);
  if (facts.notAfter <= now) {
    const day = new Date(facts.notAfter).toISOString().slice(0, 10);
    throw refused("certificate", `it has expired on ${day}`, "upload the renewed certificate");
  }
  const { chain, missing } = ordered(leaf, certificates);
  const warnings: string[] = [];
  if (missing !== null) {
    warnings.push(
      `The certificate of its issuer (${missing}) is missing: some clients will not trust it. ` +
        "Add the CA's intermediate certificate.",
    );
  }
  if (facts.notBefore > now) {
    warnings.push(`It is not valid before ${new Date(facts.notBefore).toISOString()}.`);
  }
  if (facts.names.length === 0) {
    warnings.push("It names no domain: browsers refuse it, it can only stand for a client.");
  }
  return {
    facts,
    certificatePem: chain.map((each) => pemOf(each)).join(""),
    keyPem: String(key.export({ type: "pkcs8", format: "pem" })),
    warnings,
  };
}

/** The runtime throws for some certificates only where a part is asked for, which would be when one is looked at. */
function checkReadable(certificate: X509Certificate, i: number): void {
  try {
    describeCertificate(certificate);
  } catch {
    throw refused("certificate", `certificate ${i + 1} cannot be read`, "ask its issuer for a sound one");
  }
}

function readKey(text: string): KeyObject {
  const blocks = pemBlocks(text);
  const block = blocks.find(({ label }) => label.endsWith("PRIVATE KEY"));
  if (block === undefined) {
    const message = blocks.some(({ label }) => label === "CERTIFICATE")
      ? "a certificate stands where the key belongs"
      : "no -----BEGIN PRIVATE KEY----- was found";
    throw refused("key", message, "paste the PEM text of the private key (privkey.pem)");
  }
  if (block.label.startsWith("ENCRYPTED") || block.text.includes("ENCRYPTED")) {
    const remedy = "take it off with: openssl pkey -in key.pem -out plain.pem; Aegis seals the key itself";
    throw refused("key", "the key is protected by a passphrase", remedy);
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(block.text);
  } catch {
    throw refused("key", "the key cannot be read", "upload an RSA, EC or Ed25519 key in PEM form");
  }
  const type = key.asymmetricKeyType;
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (type !== "rsa" && type !== "ec" && type !== "ed25519") {
    throw refused("key", `keys of the kind ${type} are not served`, "use RSA, EC (P-256, P-384) or Ed25519");
  }
  if (type === "rsa" && bits < MIN_RSA_BITS) {
    throw refused(
      "key",
      `an RSA key of ${bits} bits is too weak`,
      `use ${MIN_RSA_BITS} bits or more, or EC P-256`,
    );
  }
  return key;
}

/** The leaf and whoever signed it, one after the other. `missing`: whose certificate would come next and is not there. */
function ordered(leaf: X509Certificate, all: readonly X509Certificate[]) {
  const chain = [leaf];
  const left = new Set(all);
  left.delete(leaf);
  let missing: string | null = null;
  for (let at = leaf; !isIssuer(at, at);) {
    const next = [...left].find((each) => isIssuer(each, at));
    if (next === undefined) {
      missing = describeCertificate(at).issuer;
      break;
    }
    left.delete(next);
    // Clients have their roots themselves, and would not believe ours.
    if (!isIssuer(next, next)) chain.push(next);
    at = next;
  }
  const stray = [...left].find((each) =>
    !chain.some((known) => known.fingerprint256 === each.fingerprint256)
  );
  if (stray !== undefined) {
    const { subject } = describeCertificate(stray);
    const of = describeCertificate(leaf).subject;
    throw refused("certificate", `"${subject}" is no part of the chain of "${of}"`, "leave it out");
  }
  // Behind an intermediate usually comes a root, which clients have themselves.
  return { chain, missing: chain.length > 1 ? null : missing };
}

function pemOf(certificate: X509Certificate): string {
  const lines = certificate.raw.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function refused(field: string, message: string, remedy: string): AegisError {
  return new AegisError("invalid_input", message, { fields: [{ field, message, remedy }] });
}
