import type { z } from "zod";
import type { CertificateFacts } from "../../certificates/describe.ts";
import type { certificateFacts } from "../contract/certificates.ts";

/** As the API shows them. */
export function factsView(facts: CertificateFacts): z.output<typeof certificateFacts> {
  return {
    subject: facts.subject,
    issuer: facts.issuer,
    names: [...facts.names],
    not_before: facts.notBefore,
    not_after: facts.notAfter,
    serial: facts.serial,
    fingerprint: facts.fingerprint,
    key_type: facts.keyType,
    self_signed: facts.isSelfSigned,
  };
}
