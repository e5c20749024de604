/** What an IPv4 peer is called on a dual-stack socket (RFC 4291, 2.5.5.2). */
const MAPPED_PREFIX = "::ffff:";

/** The socket's address as one canonical text, so that a peer has one identity however it came in; "" where unknown. */
export function peerAddressText(remoteAddress: string | undefined): string {
  if (remoteAddress === undefined) return "";
  const lower = remoteAddress.toLowerCase();
  if (lower.startsWith(MAPPED_PREFIX) && lower.includes(".")) return lower.slice(MAPPED_PREFIX.length);
  // The scope of a link-local address is this machine's business.
  const zone = lower.indexOf("%");
  return zone < 0 ? lower : lower.slice(0, zone);
}
