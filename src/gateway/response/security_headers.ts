import { HeaderList } from "../../core/header_list.ts";
import type { Host } from "../../core/host.ts";

export type Field = readonly [name: string, value: string];

const STANDARD: readonly Field[] = [
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "SAMEORIGIN"],
  ["referrer-policy", "strict-origin-when-cross-origin"],
  ["x-xss-protection", "0"],
];

/** What hosts with the `aggressive` set carry, and Aegis's own answers always. */
export const AGGRESSIVE_HEADERS: readonly Field[] = [
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
  ["referrer-policy", "strict-origin-when-cross-origin"],
  ["x-xss-protection", "0"],
  ["permissions-policy", "camera=(), microphone=(), geolocation=()"],
];

/** A host's fixed fields (spec 02, Responses); HSTS only over TLS (RFC 6797 §7.2). */
export function securityHeaders(host: Host, tls: boolean): HeaderList {
  const fields = new HeaderList();
  // Safe: fixed text and a number.
  if (host.security_headers !== "off") {
    const set = host.security_headers === "standard" ? STANDARD : AGGRESSIVE_HEADERS;
    for (const [name, value] of set) fields.appendSafe(name, value);
  }
  if (tls && host.hsts.enabled) fields.appendSafe("strict-transport-security", hstsValue(host.hsts));
  return fields;
}

function hstsValue(hsts: Host["hsts"]): string {
  return `max-age=${hsts.max_age}${hsts.include_subdomains ? "; includeSubDomains" : ""}${
    hsts.preload ? "; preload" : ""
  }`;
}
