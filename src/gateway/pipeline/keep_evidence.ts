import { type Evidence, EVIDENCE_BODY_BYTES } from "../../core/evidence.ts";
import type { HeaderList } from "../../core/header_list.ts";
import { SIGN_KINDS } from "../../waf/signs.ts";
import type { Flow } from "./flow.ts";

const NO_BODY = new Uint8Array(0);

/**
 * Takes a copy of a request that rules refuse, or would refuse, where its host wants that. `held`: what is there of the
 * body, null where it was not read; `complete`: that is all of it. Once an exchange.
 */
export function keepEvidence(flow: Flow, held: Uint8Array | null, complete: boolean): void {
  const { exchange, services, waf, host } = flow;
  if (waf === null || host!.host.evidence === "off" || flow.hasEvidence || waf.enforced === "pass") return;
  const hostId = host!.host.id;
  // What was found in the answer is not in the request, and replay would not find it.
  if (waf.findings.every(({ phase }) => phase.startsWith("response"))) return;
  if (!services.evidence.wants(hostId, exchange.client)) return;
  flow.hasEvidence = true;
  const { method, rawPath, rawQuery, headers } = exchange.request;
  services.evidence.add({
    requestId: exchange.id,
    hostId,
    at: exchange.receivedAt,
    client: exchange.client,
    protocol: exchange.protocol,
    method,
    rawPath,
    rawQuery,
    headers: pairsOf(headers),
    body: held === null ? NO_BODY : held.slice(0, EVIDENCE_BODY_BYTES),
    bodyLacks: lackOf(held, complete),
    trailers: flow.body.trailers === null ? [] : pairsOf(flow.body.trailers),
    signs: signsOf(flow),
  });
}

function lackOf(held: Uint8Array | null, complete: boolean): Evidence["bodyLacks"] {
  if (held === null) return complete ? "nothing" : "all";
  return complete && held.length <= EVIDENCE_BODY_BYTES ? "nothing" : "end";
}

function pairsOf(list: HeaderList): [string, string][] {
  return list.names.map((name, i) => [name, list.values[i]!]);
}

function signsOf(flow: Flow): Record<string, string> {
  const known = SIGN_KINDS.map((kind) => [kind, flow.sign(kind)] as const).filter(([, value]) =>
    value !== ""
  );
  return Object.fromEntries(known);
}
