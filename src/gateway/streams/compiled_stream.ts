import { AegisError } from "../../core/errors.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { Stream, StreamEnd } from "../../core/stream.ts";
import { parseStreamTarget } from "../../core/stream_target.ts";
import { CidrMap } from "../../lib/cidr_map.ts";
import { parseAddress, parseCidr } from "../../lib/ip.ts";
import type { Endpoint } from "../upstream/target_rule.ts";

/** A stream made ready to serve. */
export interface CompiledStream {
  readonly settings: Stream;
  /** Its cell in shared memory. */
  readonly slot: number;
  readonly endpoint: Endpoint;
  readonly whiteList: CidrMap<true>;
  readonly blackList: CidrMap<true>;
  readonly senders: CidrMap<true>;
}

/** Throws AegisError, with the field, where something in a stream cannot be served. */
export function compileStreams(
  snapshot: Pick<Snapshot, "streams" | "targetSlots" | "certificates">,
): CompiledStream[] {
  const certificates = new Set(snapshot.certificates.map(({ id }) => id));
  return snapshot.streams.filter(({ enabled }) => enabled).map((settings) => {
    const target = parseStreamTarget(settings.upstream);
    if (target === null) {
      throw fault("upstream", `"${settings.upstream}" is no host with a port`, "write HOST:PORT");
    }
    if (settings.certificate !== "" && !certificates.has(settings.certificate)) {
      throw fault(
        "certificate",
        `there is no certificate "${settings.certificate}"`,
        "name a stored one, or leave it empty: then the name that the client asks for decides",
      );
    }
    return {
      settings,
      slot: snapshot.targetSlots[settings.id] ?? -1,
      endpoint: { tls: false, isSocket: false, ...target },
      whiteList: networks(settings.whitelist_cidrs),
      blackList: networks(settings.blacklist_cidrs),
      senders: networks(settings.proxy_protocol.senders),
    };
  });
}

/** Why the lists keep this client out, or null where they do not. */
export function listRefusal(stream: CompiledStream, client: string): StreamEnd | null {
  const words = parseAddress(client);
  if (words === null) return "not_listed";
  if (stream.whiteList.size > 0) return stream.whiteList.find(words) === undefined ? "not_listed" : null;
  return stream.blackList.find(words) === undefined ? null : "blacklist";
}

function networks(texts: readonly string[]): CidrMap<true> {
  const map = new CidrMap<true>();
  for (const text of texts) {
    const cidr = parseCidr(text);
    if (cidr !== null) map.set(cidr, true);
  }
  return map;
}

function fault(field: keyof Stream, message: string, remedy: string): AegisError {
  return new AegisError("invalid_input", message, {
    fields: [{ field: `stream.${field}`, message, remedy }],
  });
}
