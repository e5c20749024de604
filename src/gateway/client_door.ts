import { Buffer } from "node:buffer";
import { createHash, X509Certificate } from "node:crypto";
import { certificateFields } from "../certificates/certificate_fields.ts";
import { describeCertificate, isIssuer } from "../certificates/describe.ts";
import { readCertificates } from "../certificates/pem.ts";
import { readRevocationLists, revocationKey } from "../certificates/revocation_list.ts";
import type { ClientAuth, ShownCertificates } from "../core/client_auth.ts";
import { AegisError, errorText } from "../core/errors.ts";

/** What a door makes of a client's certificates. `subject` is empty where there is no good one, and `problem` says why. */
export interface ClientVerdict {
  readonly subject: string;
  readonly problem: string;
  /** Milliseconds since 1970 until which this holds. */
  readonly until: number;
}

const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const ANY_USAGE = "2.5.29.37.0";
/**
 * [SECURITY] A refused chain is not verified anew with each request of its connection: signatures of keys that the client
 * chose are costly (CWE-407). What is not in force yet may be after it.
 */
const REFUSED_MS = 1_000;
/** Longer chains are nobody's. */
const MAX_CHAIN = 8;

/**
 * Verifies certificates of clients for one host (RFC 5280, 6, as far as a private CA needs it): each signed by the next,
 * in force, issued by a CA, revoked by no list, the leaf not made for servers only, the end one of the host's authorities.
 *
 * [SECURITY] The runtime asks for a certificate and checks that the client holds its key, but takes any chain: everything
 * else is decided here, for each host by itself. Names and lengths that a CA is constrained to are not looked at.
 */
export class ClientDoor {
  /** Equal for equal settings; empty never. */
  readonly key: string;
  readonly isRequired: boolean;
  /** Lower case; empty: none. */
  readonly subjectHeader: string;
  readonly #anchors: readonly X509Certificate[];
  readonly #revoked: ReadonlySet<string>;
  /** By handshake: a connection's requests share one verdict. */
  readonly #known = new WeakMap<ShownCertificates, ClientVerdict>();

  constructor(settings: ClientAuth) {
    const anchors = readCertificates(settings.ca);
    const lists = readRevocationLists(settings.crl);
    if (typeof anchors === "string" || typeof lists === "string") {
      throw new AegisError(
        "invalid_input",
        `client_auth: ${typeof anchors === "string" ? anchors : String(lists)}`,
      );
    }
    this.key = createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 32);
    this.isRequired = settings.mode === "require";
    this.subjectHeader = settings.subject_header;
    this.#anchors = anchors;
    this.#revoked = lists.revoked;
  }

  /** `now`: milliseconds since 1970. */
  judge(shown: ShownCertificates, now: number): ClientVerdict {
    const known = this.#known.get(shown);
    if (known !== undefined && now < known.until) return known;
    const found = this.#read(shown.chain, now);
    const verdict = found.subject === "" ? { ...found, until: now + REFUSED_MS } : found;
    this.#known.set(shown, verdict);
    return verdict;
  }

  /**
   * [SECURITY] A certificate is the client's own text, and the runtime throws for some of it only where a part is asked
   * for: that is a refusal like others, no failure of this program.
   */
  #read(chain: readonly Uint8Array[], now: number): ClientVerdict {
    try {
      return this.#verify(chain, now);
    } catch (thrown) {
      return bad(`a certificate that cannot be read (${errorText(thrown)})`);
    }
  }

  #verify(chain: readonly Uint8Array[], now: number): ClientVerdict {
    if (chain.length === 0) return bad("no certificate was shown");
    if (chain.length > MAX_CHAIN) return bad(`a chain of ${chain.length} certificates`);
    const certificates = chain.map((der) => new X509Certificate(Buffer.from(der)));
    const leaf = certificates[0]!;
    let until = Infinity;
    const seen = new Set<string>();
    for (let at = leaf;;) {
      const facts = describeCertificate(at);
      const fields = certificateFields(at.raw);
      if (fields === null) return bad(`${facts.subject} cannot be read`);
      if (now < facts.notBefore) return bad(`${facts.subject} is not in force yet`);
      if (now >= facts.notAfter) return bad(`${facts.subject} has expired`);
      if (at !== leaf && !at.ca) return bad(`${facts.subject} may not sign certificates`);
      if (at === leaf && !isForClients(fields.usages)) return bad(`${facts.subject} is not for clients`);
      if (this.#revoked.has(revocationKey(fields.issuer, fields.serial))) {
        return bad(`${facts.subject} is revoked`);
      }
      until = Math.min(until, facts.notAfter);
      if (this.#anchors.some((anchor) => anchor.fingerprint256 === at.fingerprint256)) break;
      seen.add(at.fingerprint256);
      const next = [...this.#anchors, ...certificates].find((each) =>
        !seen.has(each.fingerprint256) && isIssuer(each, at)
      );
      if (next === undefined) return bad(`nobody who is believed has signed ${facts.subject}`);
      at = next;
    }
    return { subject: describeCertificate(leaf).subject, problem: "", until };
  }
}

function isForClients(usages: readonly string[] | null): boolean {
  return usages === null || usages.includes(CLIENT_AUTH) || usages.includes(ANY_USAGE);
}

function bad(problem: string): ClientVerdict {
  return { subject: "", problem, until: 0 };
}
