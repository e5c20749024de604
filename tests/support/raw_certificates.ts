import { permittedFor } from "../../src/certificates/name_constraints.ts";
import { generateKeyPair, issueCertificate, privateKeyPem } from "../../src/certificates/x509.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { CertificatePair } from "../../src/core/snapshot.ts";

const DAY_MS = 86_400_000;
const SUBJECT = "Aegis test authority";

/** A certificate authority of one test, for names below `test` and for localhost. */
export class TestAuthority {
  readonly pem: string;
  readonly #key = generateKeyPair();

  constructor() {
    this.pem = issueCertificate({
      subject: SUBJECT,
      publicKey: this.#key.publicKey,
      ...validity(),
      kind: { ca: permittedFor(["test"]) },
    }, { subject: SUBJECT, key: this.#key });
  }

  /** A pair for `names`, as a snapshot has it. */
  issue(id: string, names: readonly string[]): CertificatePair {
    const key = generateKeyPair();
    const certificatePem = issueCertificate({
      subject: names[0]!,
      publicKey: key.publicKey,
      ...validity(),
      kind: { names },
    }, { subject: SUBJECT, key: this.#key });
    return { id, names, certificatePem, keyPem: privateKeyPem(key.privateKey) };
  }
}

function validity(): { notBefore: number; notAfter: number } {
  const now = systemClock.now();
  return { notBefore: now - DAY_MS, notAfter: now + DAY_MS };
}
