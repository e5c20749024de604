import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import type { CertificatePair } from "../core/snapshot.ts";
import { covers, type Permitted, permittedFor } from "./name_constraints.ts";
import { generateKeyPair, issueCertificate, type Issuer, privateKeyPem } from "./x509.ts";

/** Where the CA's key lies; every value is sealed (the store's table of secrets). */
export interface SealedValues {
  get(name: string): string | null;
  set(name: string, value: string): void;
}

/** Certificates that were issued, with their keys (the store's table). */
export interface CertificateShelf {
  get(id: string): ShelvedCertificate | null;
  put(certificate: ShelvedCertificate): void;
}

export interface ShelvedCertificate extends CertificatePair {
  readonly origin: string;
  readonly notAfter: number;
  readonly createdAt: number;
}

interface CaRecord {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly subject: string;
  readonly permitted: Permitted;
  readonly notAfter: number;
}

const SECRET = "local_ca";
const DAY_MS = 86_400_000;
const CA_DAYS = 3_650;
const LEAF_DAYS = 365;
/** A certificate is issued anew this long before its end. */
const RENEW_BEFORE_MS = 30 * DAY_MS;
/** Clocks of clients may be behind by this much. */
const BACKDATE_MS = 3_600_000;

/**
 * The CA of this installation (spec 01, Certificates): ECDSA P-256, ten years, made on first use, and signing only for
 * the names that are configured. Synchronous throughout: a change of hosts and what it issues is one transaction.
 */
export class LocalCa {
  readonly #secrets: SealedValues;
  readonly #shelf: CertificateShelf;
  readonly #clock: Clock;
  #issuer: { readonly keyPem: string; readonly issuer: Issuer } | null = null;

  constructor(parts: { secrets: SealedValues; shelf: CertificateShelf; clock: Clock }) {
    this.#secrets = parts.secrets;
    this.#shelf = parts.shelf;
    this.#clock = parts.clock;
  }

  /**
   * Makes the CA where there is none, and a new one where its constraints do not cover all of `names` or a leaf would
   * outlive it. True where it was made: who trusted the old one has to trust the new one.
   */
  ensure(names: readonly string[]): boolean {
    const current = this.#read();
    const lastsMs = current === null ? 0 : current.notAfter - this.#clock.now();
    const fits = current !== null && names.every((name) => covers(current.permitted, name));
    if (fits && lastsMs > LEAF_DAYS * DAY_MS) return false;
    this.#secrets.set(SECRET, JSON.stringify(this.#make(names)));
    return true;
  }

  /** PEM of the CA's own certificate, without its key. */
  get certificatePem(): string {
    return this.#record().certificatePem;
  }

  /** SHA-256 of the CA's certificate: `AB:CD:…`, as browsers and openssl show it. */
  get fingerprint(): string {
    return new X509Certificate(this.certificatePem).fingerprint256;
  }

  get notAfter(): number {
    return this.#record().notAfter;
  }

  /**
   * The certificate that is kept under `id`, or a new one where there is none, it nears its end, its names differ, or
   * another CA signed it. All names must be covered (`ensure`). `keepsIssuer`: one that a former CA signed stays until
   * its end, for who trusts that one already.
   */
  certificate(id: string, names: readonly string[], keepsIssuer = false): CertificatePair {
    const kept = this.#shelf.get(id);
    const ca = this.#record();
    if (kept !== null && this.#isGood(kept, names, keepsIssuer ? null : ca)) return kept;
    const now = this.#clock.now();
    const key = generateKeyPair();
    const notAfter = Math.min(now + LEAF_DAYS * DAY_MS, ca.notAfter);
    const leaf = issueCertificate({
      subject: names[0] ?? "Aegis",
      publicKey: key.publicKey,
      notBefore: now - BACKDATE_MS,
      notAfter,
      kind: { names },
    }, this.#issuerOf(ca));
    const pair = {
      id,
      names: [...names],
      certificatePem: leaf + ca.certificatePem,
      keyPem: privateKeyPem(key.privateKey),
    };
    this.#shelf.put({ ...pair, origin: "local-ca", notAfter, createdAt: now });
    return pair;
  }

  #isGood(kept: ShelvedCertificate, names: readonly string[], ca: CaRecord | null): boolean {
    const now = this.#clock.now();
    return kept.notAfter - now > RENEW_BEFORE_MS && kept.createdAt - BACKDATE_MS <= now &&
      kept.names.length === names.length && kept.names.every((name, i) => name === names[i]) &&
      (ca === null || kept.certificatePem.endsWith(ca.certificatePem));
  }

  #make(names: readonly string[]): CaRecord {
    const key = generateKeyPair();
    const now = this.#clock.now();
    const notAfter = now + CA_DAYS * DAY_MS;
    // The date tells CAs apart in a browser's list after a rotation.
    const subject = `Aegis local CA ${new Date(now).toISOString().slice(0, 19)}Z`;
    const permitted = permittedFor(names);
    const certificatePem = issueCertificate({
      subject,
      publicKey: key.publicKey,
      notBefore: now - BACKDATE_MS,
      notAfter,
      kind: { ca: permitted },
    }, { subject, key });
    return { certificatePem, keyPem: privateKeyPem(key.privateKey), subject, permitted, notAfter };
  }

  /** Reading a key costs as much as signing with it; a rotation signs for every host. */
  #issuerOf(ca: CaRecord): Issuer {
    if (this.#issuer?.keyPem !== ca.keyPem) {
      const privateKey = createPrivateKey(ca.keyPem);
      const key = { privateKey, publicKey: createPublicKey(ca.keyPem) };
      this.#issuer = { keyPem: ca.keyPem, issuer: { subject: ca.subject, key } };
    }
    return this.#issuer.issuer;
  }

  #record(): CaRecord {
    const record = this.#read();
    if (record !== null) return record;
    this.ensure([]);
    return this.#read()!;
  }

  #read(): CaRecord | null {
    const text = this.#secrets.get(SECRET);
    return text === null ? null : JSON.parse(text) as CaRecord;
  }
}

/** The CA's certificate at the end of a chain, PEM. */
export function authorityOf(pair: Pick<CertificatePair, "certificatePem">): string {
  return pair.certificatePem.slice(pair.certificatePem.lastIndexOf("-----BEGIN CERTIFICATE-----"));
}
