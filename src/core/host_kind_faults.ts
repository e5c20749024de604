import type { Host } from "./host.ts";
import type { HostRedirect } from "./host_kind.ts";

interface Fault {
  readonly path: readonly string[];
  readonly message: string;
  readonly remedy: string;
}

/** What does not fit the kind of host. */
export function kindFaults(host: Pick<Host, "kind" | "redirect" | "domains" | "targets" | "paths">): Fault[] {
  const faults: Fault[] = [];
  const fault = (field: string, message: string, remedy: string) =>
    faults.push({ path: [field], message, remedy });
  if (host.kind === "proxy") {
    if (host.targets.length === 0) fault("targets", "is missing", "add targets: a list");
  } else if (host.kind === "redirect" || host.kind === "dead") {
    // A kind that there is not has its own fault.
    const what = host.kind === "redirect" ? "a redirect host" : "a dead host";
    if (host.targets.length > 0) {
      fault("targets", `${what} has no targets`, "leave them out, or make it kind: proxy");
    }
    if (host.paths.length > 0) {
      fault("paths", `${what} has no paths`, "leave them out, or make it kind: proxy");
    }
  }
  if (host.kind !== "redirect") {
    if (host.redirect !== null) {
      fault("redirect", "only a redirect host leads elsewhere", "make it kind: redirect, or leave it out");
    }
    return faults;
  }
  if (host.redirect === null) {
    fault("redirect", "is missing", "add redirect: { url: https://new.example.com }");
  } else if (leadsBack(host.redirect, host.domains)) {
    fault(
      "redirect",
      `${host.redirect.url} leads back to this host`,
      "name an address that another host serves",
    );
  }
  return faults;
}

function leadsBack(redirect: HostRedirect, domains: readonly string[]): boolean {
  const url = URL.parse(redirect.url);
  return url !== null && domains.includes(url.hostname.replace(/^\[(.*)\]$/, "$1"));
}
