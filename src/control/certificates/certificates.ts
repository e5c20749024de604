import type { X509Certificate } from "node:crypto";
import type { z } from "zod";
import { describeCertificate } from "../../certificates/describe.ts";
import { readCertificates } from "../../certificates/pem.ts";
import { readUpload } from "../../certificates/upload.ts";
import { AegisError } from "../../core/errors.ts";
import type { StoredCertificate } from "../../store/certificates.ts";
import type { Bodies } from "../body.ts";
import { choose, UPLOADED } from "./certificate_choice.ts";
import { factsView } from "./certificate_views.ts";
import type { certificateView } from "../contract/certificates.ts";
import type { Control } from "../control.ts";
import { newId } from "../ids.ts";

type Name = "certificates.list" | "certificates.show" | "certificates.upload" | "certificates.delete";
type View = z.output<typeof certificateView>;

/** More than anybody has; a bound on what a mistake can store. */
const MAX_STORED = 2_000;

/** Those of the local CA are not shown. */
function uploadedCertificates(control: Pick<Control, "store">): StoredCertificate[] {
  return control.store.certificates.ofOrigin(UPLOADED);
}

export const certificatesBodies: Bodies<Name> = {
  "certificates.list": {
    read: ({ control }) => {
      const stored = uploadedCertificates(control);
      return stored.map((each) => view(control, each, stored)).toSorted((a, b) => a.not_after - b.not_after);
    },
  },
  "certificates.show": {
    read: ({ control }, { id }) => {
      const stored = uploadedCertificates(control);
      const found = find(stored, id);
      const chain = read(found).map((each) => factsView(describeCertificate(each)));
      return { ...view(control, found, stored), chain, pem: found.certificatePem };
    },
  },
  "certificates.upload": {
    change: ({ control }, input) => {
      const pair = readUpload(input, control.clock.now());
      return (change) => {
        const stored = uploadedCertificates(control);
        const before = input.id === undefined ? null : find(stored, input.id);
        if (before === null && stored.length >= MAX_STORED) {
          throw new AegisError(
            "conflict",
            `${MAX_STORED} certificates are stored: delete those that are over`,
          );
        }
        const label = pair.facts.names.length > 0 ? pair.facts.names : [commonName(pair.facts.subject)];
        const made: StoredCertificate = {
          id: before?.id ?? newId("certificate"),
          origin: UPLOADED,
          names: label,
          certificatePem: pair.certificatePem,
          keyPem: pair.keyPem,
          notAfter: pair.facts.notAfter,
          createdAt: change.now,
        };
        control.store.certificates.put(made);
        change.record(label[0]!, before === null ? null : audited(before), audited(made));
        change.republish();
        const after = uploadedCertificates(control);
        return { ...view(control, find(after, made.id), after), warnings: [...pair.warnings] };
      };
    },
  },
  "certificates.delete": {
    change: ({ control }, { id }) => (change) => {
      const stored = uploadedCertificates(control);
      const found = find(stored, id);
      const users = usesOf(control, found, stored).filter(({ as }) => as !== "matching");
      if (users.length > 0) {
        const names = [...new Set(users.map(({ host_name }) => host_name))].join(", ");
        throw new AegisError(
          "conflict",
          `${found.names[0]} is used by ${names}: choose another certificate there first`,
        );
      }
      control.store.certificates.delete(id);
      change.record(found.names[0] ?? id, audited(found), null);
      change.republish();
      return {};
    },
  },
};

function find(stored: readonly StoredCertificate[], id: string): StoredCertificate {
  const found = stored.find((each) => each.id === id);
  if (found === undefined) throw new AegisError("not_found", `there is no certificate "${id}"`);
  return found;
}

function read(stored: StoredCertificate): X509Certificate[] {
  const certificates = readCertificates(stored.certificatePem);
  if (typeof certificates !== "string") return certificates;
  throw new AegisError("internal", "a stored certificate cannot be read", {
    privateText: `certificate ${stored.id}: ${certificates}`,
  });
}

function view(control: Control, certificate: StoredCertificate, stored: readonly StoredCertificate[]): View {
  const chain = read(certificate);
  return {
    id: certificate.id,
    ...factsView(describeCertificate(chain[0]!)),
    chain_length: chain.length,
    created_at: certificate.createdAt,
    used_by: usesOf(control, certificate, stored),
  };
}

function usesOf(
  control: Control,
  certificate: StoredCertificate,
  stored: readonly StoredCertificate[],
): View["used_by"] {
  const now = control.clock.now();
  return control.hosts().flatMap((host): View["used_by"] => {
    const who = { host_id: host.id, host_name: host.domains[0]! };
    const chosen = host.certificate === "custom"
      ? host.certificate_id === certificate.id ? "bound" as const : null
      : host.enabled &&
          host.domains.some((domain) => choose(host, domain, stored, now)?.certificate.id === certificate.id)
      ? "matching" as const
      : null;
    return [
      ...chosen === null ? [] : [{ ...who, as: chosen }],
      ...host.mtls_upstream.certificate_id === certificate.id ? [{ ...who, as: "upstream" as const }] : [],
    ];
  });
}

function commonName(subject: string): string {
  return /(?:^|, )CN=([^,]+)/.exec(subject)?.[1] ?? subject;
}

/** [SECURITY] What the audit log keeps: never the key. */
function audited({ id, names, notAfter }: StoredCertificate) {
  return { id, names, not_after: notAfter };
}
