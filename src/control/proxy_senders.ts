import type { Snapshot } from "../core/snapshot.ts";
import { type AddressWords, contains, parseCidr } from "../lib/ip.ts";

/** True for those whose PROXY header says which client a connection is of. */
export function isProxySender(snapshot: Snapshot | null, address: AddressWords): boolean {
  const senders = [
    ...snapshot?.listeners.flatMap((listener) => listener.proxy_protocol ?? []) ?? [],
    ...snapshot?.streams.flatMap((stream) => stream.proxy_protocol.senders) ?? [],
  ];
  return senders.some((sender) => {
    const cidr = parseCidr(sender);
    return cidr !== null && contains(cidr, address);
  });
}
