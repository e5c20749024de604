import type { Target } from "./target.ts";

/**
 * What Aegis itself calls by the gateways' client, as a target of nobody's host: HTTP/1.1, its certificate verified.
 * `purpose` names it in logs: `webhook hooks.example`.
 */
export function calledTarget(purpose: string, url: URL): Target {
  return {
    id: `${purpose} ${url.host}`,
    url: url.origin,
    weight: 1,
    backup: false,
    role: "primary",
    verify_tls: true,
    protocol: "http1",
  };
}
