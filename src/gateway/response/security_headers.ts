import { HeaderList } from "../../core/header_list.ts";
import type { Host } from "../../core/host.ts";
import type { SecurityHeader } from "../../core/response_filter.ts";

export type Field = readonly [name: string, value: string];

const STANDARD: readonly Field[] = [
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "SAMEORIGIN"],
  ["referrer-policy", "strict-origin-when-cross-origin"],
  ["x-xss-protection", "0"],
];

/** The switch of each field. */
const SWITCHES: Readonly<Record<string, SecurityHeader>> = {
  "x-content-type-options": "content_type_options",
  "x-frame-options": "frame_options",
  "referrer-policy": "referrer_policy",
  "x-xss-protection": "xss_protection",
  "permissions-policy": "permissions_policy",
};

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
    const { headers, content_security_policy } = host.response_filter;
    for (const [name, value] of set) if (headers[SWITCHES[name]!]) appendFixed(fields, name, value);
    // Not marked safe: people wrote it.
    if (headers.content_security_policy) {
      fields.append("content-security-policy-report-only", content_security_policy);
    }
  }
  if (tls && host.hsts.enabled) appendFixed(fields, "strict-transport-security", hstsValue(host.hsts));
  return fields;
}

/** With its line: it stands in every answer. */
function appendFixed(fields: HeaderList, name: string, value: string): void {
  fields.appendSafe(name, value, [name, ": ", value, "\r\n"].join(""));
}

function hstsValue(hsts: Host["hsts"]): string {
  return `max-age=${hsts.max_age}${hsts.include_subdomains ? "; includeSubDomains" : ""}${
    hsts.preload ? "; preload" : ""
  }`;
}
