import type { DefaultSite } from "../../core/snapshot.ts";
import { HeaderList } from "../../core/header_list.ts";
import { block, PASS, respond, type Verdict } from "../../core/verdict.ts";
import { canonicalPath } from "../../lib/canonical_path.ts";
import type { CompiledHost } from "../compiled_snapshot.ts";
import { hostName } from "../routing/apply_request.ts";
import { certificateCovers } from "../certificate_names.ts";
import type { Flow } from "./flow.ts";
import type { Stage } from "./stage.ts";

/** Which host answers, and the one path that decides everything after. */
export const hostStage: Stage = {
  name: "06_host",
  onError: "closed",
  run(flow) {
    const { exchange, snapshot } = flow;
    const canonical = canonicalPath(exchange.request.rawPath);
    exchange.path = canonical.path;
    const name = hostName(exchange.request.authority);
    const host = snapshot.findHost(name);
    if (host === null) return unknownHost(snapshot.settings.default_site, exchange.path);
    if (!handshakeFits(flow, host, name)) {
      return block("host_unknown", "the handshake was made for another host");
    }
    flow.host = host;
    exchange.hostId = host.host.id;
    flow.services.alarm.arrived(host.alarmSlot);
    if (canonical.escapes) return block("path_escape", "the path climbs above its root");
    if (host.routes === null) return PASS;
    // [SECURITY] Where segments end would be read in one way here and in another by the target: `/public;/..%2fadmin`.
    if (canonical.hasEncodedSeparator) {
      return block("path_escape", "an encoded or doubtful separator on a host with path rules");
    }
    flow.host = host.routes.find(canonical.path) ?? host;
    return PASS;
  },
};

/**
 * [SECURITY] A connection that is shared between names (RFC 9110 §7.4, RFC 9113 §9.1.1) must not pass another host's
 * door: the certificate of the handshake has to cover the name, and the host's TLS version has to have been met.
 */
function handshakeFits(flow: Flow, host: CompiledHost, name: string): boolean {
  const tls = flow.exchange.connection.tls;
  if (tls === null) return true;
  if (host.host.tls_min_version === "1.3" && tls.version !== "TLSv1.3") return false;
  // Asked for a certificate or not, and for whose.
  if ((host.clientDoor?.key ?? "") !== tls.shown.door) return false;
  return certificateCovers(tls.certificateNames, name);
}

function unknownHost(site: DefaultSite, path: string): Verdict {
  switch (site.kind) {
    case "421":
      return block("host_unknown", "no host of this name");
    case "404":
      return block("host_unknown", "no host of this name", { status: 404 });
    case "close":
      return block("host_unknown", "no host of this name", { status: 0 });
    case "redirect": {
      const url = site.url.endsWith("/") ? site.url.slice(0, -1) : site.url;
      return respond(302, HeaderList.from([["location", url + path]]), null, "default site");
    }
  }
}
