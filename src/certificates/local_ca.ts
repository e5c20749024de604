import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import type { CertificatePair } from "../core/snapshot.ts";
import { coverageOf, type Permitted, permittedFor } from "./name_constraints.ts";
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

/** The record as it is used: read once for each of its texts. */
interface Authority extends CaRecord {
  readonly text: string;
  readonly covers: (name: string) => boolean;
  /** Made on first use: reading a key costs as much as signing with it. */
  issuer: Issuer | null;
}

const SECRET = "local_ca";
const DAY_MS = 86_400_000;
const CA_DAYS = 3_650;
const LEAF_DAYS = 365;
/** A certificate is due this long before its end. */
const RENEW_BEFORE_MS = 30 * DAY_MS;
/** Nobody is given one that ends sooner, whatever it costs. */
const LAST_MOMENT_MS = DAY_MS;
/** Clocks of clients may be behind by this much. */
const BACKDATE_MS = 3_600_000;

/**
 * The CA of this installation (spec 01, Certificates): ECDSA P-256, ten years, made on first use, and signing only for
 * the names that are configured. Synchronous throughout: a change of hosts and what it issues is one transaction.
 *
 * A name that the constraints do not cover makes another CA, with a key and a subject of its own (two certificates of
 * one subject and key but different constraints would leave clients to guess which one a chain ends in). Certificates
 * of the former CA stay good for who trusts that one: they are `isDue`, and `renew` replaces them one by one.
 */
export class LocalCa {
  readonly #secrets: SealedValues;
  readonly #shelf: CertificateShelf;
  readonly #clock: Clock;
  #authority: Authority | null = null;
  /** What is handed out of each shelved certificate: the same object as long as that stays. */
  readonly #pairs = new WeakMap<ShelvedCertificate, CertificatePair>();

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
    if (current !== null && lastsMs > LEAF_DAYS * DAY_MS && names.every(current.covers)) return false;
    this.#secrets.set(SECRET, JSON.stringify(this.#make(names)));
    return true;
  }

  /** PEM of the CA's own certificate, without its key. */
  get certificatePem(): string {
    return this.#current().certificatePem;
  }

  /** SHA-256 of the CA's certificate: `AB:CD:…`, as browsers and openssl show it. */
  get fingerprint(): string {
    return new X509Certificate(this.certificatePem).fingerprint256;
  }

  /** Its common name: no two CAs of an installation have the same. */
  get subject(): string {
    return this.#current().subject;
  }

  get notAfter(): number {
    return this.#current().notAfter;
  }

  /**
   * The certificate that is kept under `id`, whichever CA of this installation signed it, or a new one where there is
   * none, its names differ or its end is near at hand. All names must be covered (`ensure`). The leaf alone: whoever
   * trusts the CA has it, and with many domains it is longer than all the rest of a handshake.
   */
  certificate(id: string, names: readonly string[]): CertificatePair {
    const kept = this.#shelf.get(id);
    const isGood = kept !== null && this.#isGood(kept, names, LAST_MOMENT_MS);
    return this.#handedOut(isGood ? kept : this.#issue(id, names, ""));
  }

  /**
   * As `certificate`, with the CA behind the leaf, and renewed as soon as it is due to end. What a former CA signed stays
   * until then.
   */
  chain(id: string, names: readonly string[]): CertificatePair {
    const kept = this.#shelf.get(id);
    const isGood = kept !== null && this.#isGood(kept, names, RENEW_BEFORE_MS);
    return this.#handedOut(isGood ? kept : this.#issue(id, names, this.certificatePem));
  }

  /** True where the one that is kept under `id` should be issued anew: it nears its end, or a former CA signed it. */
  isDue(id: string): boolean {
    const kept = this.#shelf.get(id);
    if (kept === null) return true;
    if (kept.notAfter - this.#clock.now() <= RENEW_BEFORE_MS) return true;
    return !new X509Certificate(kept.certificatePem).issuer.split("\n").includes(`CN=${this.subject}`);
  }

  /** Issues the certificate of `id` anew. */
  renew(id: string, names: readonly string[]): void {
    this.#issue(id, names, "");
  }

  #isGood(kept: ShelvedCertificate, names: readonly string[], lastsMs: number): boolean {
    const now = this.#clock.now();
    return kept.notAfter - now > lastsMs && kept.createdAt - BACKDATE_MS <= now &&
      kept.names.length === names.length && kept.names.every((name, i) => name === names[i]);
  }

  #issue(id: string, names: readonly string[], behind: string): ShelvedCertificate {
    const ca = this.#current();
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
    const issued: ShelvedCertificate = {
      id,
      names: [...names],
      certificatePem: leaf + behind,
      keyPem: privateKeyPem(key.privateKey),
      origin: "local-ca",
      notAfter,
      createdAt: now,
    };
    this.#shelf.put(issued);
    return issued;
  }

  #handedOut(kept: ShelvedCertificate): CertificatePair {
    let pair = this.#pairs.get(kept);
    if (pair === undefined) {
      const { id, names, certificatePem, keyPem } = kept;
      pair = { id, names, certificatePem, keyPem };
      this.#pairs.set(kept, pair);
    }
    return pair;
  }

  #make(names: readonly string[]): CaRecord {
    const key = generateKeyPair();
    const now = this.#clock.now();
    const notAfter = now + CA_DAYS * DAY_MS;
    // The date tells CAs apart in a browser's list after a rotation, the number those of one second.
    const number = crypto.getRandomValues(new Uint8Array(3)).toHex();
    const subject = `Aegis local CA ${new Date(now).toISOString().slice(0, 19)}Z ${number}`;
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

  #issuerOf(ca: Authority): Issuer {
    const { subject, keyPem } = ca;
    ca.issuer ??= {
      subject,
      key: { privateKey: createPrivateKey(keyPem), publicKey: createPublicKey(keyPem) },
    };
    return ca.issuer;
  }

  #current(): Authority {
    const known = this.#read();
    if (known !== null) return known;
    this.ensure([]);
    return this.#read()!;
  }

  /** By its text, so that a transaction that is taken back takes a new CA back with it. */
  #read(): Authority | null {
    const text = this.#secrets.get(SECRET);
    if (text === null) return null;
    if (this.#authority?.text !== text) {
      const record = JSON.parse(text) as CaRecord;
      this.#authority = { ...record, text, covers: coverageOf(record.permitted), issuer: null };
    }
    return this.#authority;
  }
}

/** The CA's certificate at the end of a chain, PEM. */
export function authorityOf(pair: Pick<CertificatePair, "certificatePem">): string {
  return pair.certificatePem.slice(pair.certificatePem.lastIndexOf("-----BEGIN CERTIFICATE-----"));
}
