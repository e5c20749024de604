import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Target } from "../../core/target.ts";
import type { Endpoint } from "./target_rule.ts";

const OFFERS: Readonly<Record<Target["protocol"], readonly string[]>> = Object.freeze({
  http1: Object.freeze(["http/1.1"]),
  h2: Object.freeze(["h2"]),
});

/** What is offered in the handshake (RFC 7301) for a target's protocol: that alone, so nothing else can come of it. */
export function alpnOf(protocol: Target["protocol"]): readonly string[] {
  return OFFERS[protocol];
}

/** Why a fresh connection does not carry the protocol, or null. A server that knows no ALPN speaks HTTP/1.1. */
export function alpnRefusal(
  socket: Socket,
  endpoint: Endpoint,
  protocol: Target["protocol"],
): string | null {
  if (!endpoint.tls || protocol === "http1" || (socket as TLSSocket).alpnProtocol === "h2") return null;
  return "the target did not agree to HTTP/2 in the handshake (ALPN): set its protocol to http1";
}
