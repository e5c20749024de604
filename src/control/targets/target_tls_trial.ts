import { Buffer } from "node:buffer";
import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import { type CertificateFacts, describeCertificate } from "../../certificates/describe.ts";
import { AegisError } from "../../core/errors.ts";
import type { Target } from "../../core/target.ts";
import type { UpstreamTls } from "../../core/upstream_tls.ts";
import { endpointText } from "../../gateway/upstream/target_rule.ts";
import { serverName } from "../../gateway/upstream/tls_options.ts";
import type { Answer } from "../body.ts";
import { factsView } from "../certificates/certificate_views.ts";
import type { Control } from "../control.ts";
import { allowedEndpoint } from "./target_trial.ts";

const TEST_MS = 5_000;
/** In TLS 1.3 a server refuses a client's certificate, or none, only after the handshake is over for the client. */
const REFUSAL_MS = 300;
const MAX_CHAIN = 16;

/**
 * Shakes hands with a target as a gateway would, but looks at its chain whether or not it verifies, and says why not.
 * Throws `invalid_input` where the target is not spoken to over TLS, or the rule for targets refuses it.
 */
export function testTargetTls(
  control: Control,
  target: Target,
  tls: UpstreamTls | null,
): Promise<Answer<"hosts.test_tls">> {
  const endpoint = allowedEndpoint(control, target.url);
  if (!endpoint.tls) {
    const message = `${target.url} is not spoken to over TLS`;
    const remedy = "write its address as https:// if it speaks TLS";
    throw new AegisError("invalid_input", message, { fields: [{ field: "id", message, remedy }] });
  }
  const name = serverName(endpoint, tls);
  const where = endpointText(endpoint);
  return new Promise((resolve) => {
    control.transport.openUnverified(target, tls, TEST_MS, (socket, failure) => {
      if (socket === null) {
        const none = { version: "", protocol: "", server_name: name, chain: [] };
        return resolve({ reachable: false, verified: false, text: failure!.detail, ...none });
      }
      const chain = factsOf(socket);
      const known = {
        version: socket.getProtocol() ?? "",
        protocol: socket.alpnProtocol || "",
        server_name: name,
        chain: (chain ?? []).map(factsView),
      };
      if (chain === null) {
        socket.destroy();
        const text = `${where}: it sent a certificate that cannot be read`;
        return resolve({ ...known, reachable: true, verified: false, text });
      }
      const problem = socket.authorized
        ? null
        : explain(String(socket.authorizationError), chain, name, control.clock.now());
      refusalOf(socket, (refusal) => {
        socket.destroy();
        resolve({
          ...known,
          reachable: refusal === null,
          verified: problem === null,
          text: refusal !== null
            ? `${where}: ${refusal}`
            : problem === null
            ? `${where}: the chain verifies`
            : `${where}: ${problem}`,
        });
      });
    });
  });
}

/** What the target says of us after the handshake, if anything. */
function refusalOf(socket: TLSSocket, done: (refusal: string | null) => void): void {
  const timer = setTimeout(() => done(null), REFUSAL_MS);
  socket.once("error", (error: Error) => {
    clearTimeout(timer);
    done(
      /certificate.?required/i.test(error.message)
        ? "it asks for a client certificate, and none is configured (mtls_upstream.certificate_id)"
        : `it refuses us: ${error.message}`,
    );
  });
  socket.resume();
}

/**
 * [SECURITY] A chain is the target's own text, and the runtime throws for some of it only where a part is asked for: null
 * then, because nobody would catch it here.
 */
function factsOf(socket: TLSSocket): CertificateFacts[] | null {
  try {
    return chainOf(socket).map(describeCertificate);
  } catch {
    return null;
  }
}

/** The certificates that were sent, leaf first. */
function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let at: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (at?.raw !== undefined && chain.length < MAX_CHAIN) {
    const next = new X509Certificate(Buffer.from(at.raw));
    if (chain.some((known) => known.fingerprint256 === next.fingerprint256)) break;
    chain.push(next);
    at = at.issuerCertificate;
  }
  return chain;
}

/** Why a chain does not verify, in words, with what to do. */
function explain(code: string, chain: readonly CertificateFacts[], name: string, now: number): string {
  const leaf = chain[0];
  if (leaf === undefined) return "it sent no certificate";
  const ended = chain.find((each) => each.notAfter <= now);
  if (ended !== undefined) {
    return `the certificate of ${ended.subject} has expired on ${
      new Date(ended.notAfter).toISOString().slice(0, 10)
    }`;
  }
  if (leaf.notBefore > now) {
    return `it is not valid before ${new Date(leaf.notBefore).toISOString().slice(0, 10)}`;
  }
  if (code.includes("ALTNAME") || code.includes("HOSTNAME")) {
    const names = leaf.names.length === 0 ? "no name" : leaf.names.join(", ");
    return `it is a certificate for ${names}, not for ${name === "" ? "this address" : name}; ` +
      "set mtls_upstream.server_name to one of its names";
  }
  if (leaf.isSelfSigned) return "it has signed itself; put it into mtls_upstream.ca to believe it";
  const last = chain.at(-1)!;
  return `nobody who is believed has signed it (the chain ends at ${last.issuer}); ` +
    "put that authority into mtls_upstream.ca, or let the target send its intermediate certificates";
}
