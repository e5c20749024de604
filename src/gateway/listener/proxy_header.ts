import { Buffer } from "node:buffer";
import { formatAddress, isIpv4, parseAddress } from "../../lib/ip.ts";

/** What a proxy says of the connection that it passes on (the PROXY protocol of HAProxy, versions 1 and 2). */
export interface ProxyHeader {
  /** Bytes of the header; what follows is the connection's own. */
  readonly length: number;
  /** null: the proxy speaks for itself (LOCAL, as its health checks do) or names no internet address (UNKNOWN, UNSPEC, unix). */
  readonly source: ProxyEndpoint | null;
  readonly destination: ProxyEndpoint | null;
}

export interface ProxyEndpoint {
  /** Canonical text; IPv4-mapped IPv6 is written as IPv4. */
  readonly address: string;
  readonly port: number;
}

export type ProxyRead =
  /** All that came so far may be the beginning of a header. */
  | { readonly kind: "more" }
  | { readonly kind: "refused"; readonly detail: string }
  | { readonly kind: "header"; readonly header: ProxyHeader };

/** A version 2 header and its extensions must fit into one segment; receivers need not take more (section 2.2). */
export const MAX_PROXY_HEADER_BYTES = 536;
/** The longest line of version 1, with CR and LF (section 2.1). */
const MAX_V1_BYTES = 107;
const V1_PREFIX = Buffer.from("PROXY ", "latin1");
/** Section 2.2: no HTTP, TLS or SMTP peer begins like this. */
export const V2_SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const V2_FIXED_BYTES = 16;
const CR = 0x0d;
const LF = 0x0a;

const COMMAND = Object.freeze({ local: 0, proxy: 1 });
const FAMILY = Object.freeze({ unspec: 0, inet: 1, inet6: 2, unix: 3 });
const TRANSPORT = Object.freeze({ unspec: 0, stream: 1, datagram: 2 });
const ADDRESS_BYTES: Readonly<Record<number, number>> = {
  [FAMILY.inet]: 12,
  [FAMILY.inet6]: 36,
  [FAMILY.unix]: 216,
};

const MORE: ProxyRead = Object.freeze({ kind: "more" });

/**
 * Reads the header at the start of `bytes`, whole or in part. Nothing is guessed: a byte that cannot stand there is
 * refused at once, so that at most 535 bytes are ever held. `transport`: what carries it.
 */
export function readProxyHeader(bytes: Buffer, transport: "stream" | "datagram" = "stream"): ProxyRead {
  const first = bytes[0];
  if (first === undefined) return MORE;
  if (first === V2_SIGNATURE[0]) return readV2(bytes, TRANSPORT[transport]);
  if (transport === "stream" && first === V1_PREFIX[0]) return readV1(bytes);
  return refused("no PROXY header where one is due");
}

/** `PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n`, exactly so: one space, no leading zeros (section 2.1). */
function readV1(bytes: Buffer): ProxyRead {
  if (!startsAlike(bytes, V1_PREFIX)) return refused("no PROXY header where one is due");
  const end = bytes.indexOf(LF);
  if (end < 0) return bytes.length >= MAX_V1_BYTES ? refused("the PROXY line does not end") : MORE;
  if (end >= MAX_V1_BYTES || bytes[end - 1] !== CR) return refused("the PROXY line does not end with CR LF");
  const line = bytes.toString("latin1", V1_PREFIX.length, end - 1);
  const header = (source: ProxyEndpoint | null, destination: ProxyEndpoint | null): ProxyRead => ({
    kind: "header",
    header: { length: end + 1, source, destination },
  });
  // What follows UNKNOWN must be ignored.
  if (line === "UNKNOWN" || line.startsWith("UNKNOWN ")) return header(null, null);
  const words = line.split(" ");
  const [family, from, to, fromPort, toPort] = words;
  if (words.length !== 5 || (family !== "TCP4" && family !== "TCP6")) {
    return refused("the PROXY line is not of five words beginning with TCP4 or TCP6");
  }
  const source = endpointOf(from!, fromPort!, family === "TCP6");
  const destination = endpointOf(to!, toPort!, family === "TCP6");
  if (source === null || destination === null) {
    return refused("the PROXY line holds something that is no address or port");
  }
  return header(source, destination);
}

function endpointOf(address: string, port: string, isV6: boolean): ProxyEndpoint | null {
  const words = address.includes(":") === isV6 ? parseAddress(address) : null;
  if (words === null || !/^(?:0|[1-9]\d{0,4})$/.test(port) || Number(port) > 65_535) return null;
  return { address: formatAddress(words), port: Number(port) };
}

/** The binary form (section 2.2). Extensions (TLV) are skipped, but must fill their room exactly. */
function readV2(bytes: Buffer, transport: number): ProxyRead {
  if (!startsAlike(bytes, V2_SIGNATURE)) return refused("no PROXY header where one is due");
  const versionAndCommand = bytes[12] ?? 0x20;
  if (versionAndCommand >> 4 !== 2) return refused("a PROXY header of another version");
  const command = versionAndCommand & 15;
  if (command !== COMMAND.local && command !== COMMAND.proxy) return refused("an unknown PROXY command");
  if (bytes.length < V2_FIXED_BYTES) return MORE;
  const length = V2_FIXED_BYTES + bytes.readUInt16BE(14);
  if (length > MAX_PROXY_HEADER_BYTES) return refused(`a PROXY header of ${length} bytes`);
  const family = bytes[13]! >> 4;
  const carried = bytes[13]! & 15;
  const header = (source: ProxyEndpoint | null, destination: ProxyEndpoint | null): ProxyRead => ({
    kind: "header",
    header: { length, source, destination },
  });
  // LOCAL: whatever follows is skipped, family and addresses too.
  if (command === COMMAND.local) return bytes.length < length ? MORE : header(null, null);
  if (family > FAMILY.unix || carried > TRANSPORT.datagram) return refused("an unknown PROXY address family");
  if (family === FAMILY.unspec || carried === TRANSPORT.unspec) {
    return bytes.length < length ? MORE : header(null, null);
  }
  if (carried !== transport) return refused("a PROXY header of another transport");
  const extensions = V2_FIXED_BYTES + ADDRESS_BYTES[family]!;
  if (length < extensions) return refused("a PROXY header too short for its addresses");
  if (bytes.length < length) return MORE;
  if (!fillsExactly(bytes, extensions, length)) {
    return refused("extensions of the PROXY header overrun its length");
  }
  if (family === FAMILY.unix) return header(null, null);
  const addressBytes = family === FAMILY.inet ? 4 : 16;
  const at = V2_FIXED_BYTES;
  const ports = at + 2 * addressBytes;
  return header(
    { address: addressAt(bytes, at, addressBytes), port: bytes.readUInt16BE(ports) },
    { address: addressAt(bytes, at + addressBytes, addressBytes), port: bytes.readUInt16BE(ports + 2) },
  );
}

function addressAt(bytes: Buffer, at: number, length: number): string {
  if (length === 4) return formatAddress([0, 0, 0xffff, bytes.readUInt32BE(at)]);
  const word = (i: number) => bytes.readUInt32BE(at + 4 * i);
  return formatAddress([word(0), word(1), word(2), word(3)]);
}

/** Type, length in two bytes, value; one after the other (section 2.2.1). */
function fillsExactly(bytes: Buffer, from: number, end: number): boolean {
  let at = from;
  while (at < end) {
    if (at + 3 > end) return false;
    at += 3 + bytes.readUInt16BE(at + 1);
  }
  return at === end;
}

function startsAlike(bytes: Buffer, start: Buffer): boolean {
  const known = Math.min(bytes.length, start.length);
  return bytes.subarray(0, known).equals(start.subarray(0, known));
}

function refused(detail: string): ProxyRead {
  return { kind: "refused", detail };
}

/**
 * The header that tells a target where a connection came from. Where one end is IPv6 and the other is not, both are
 * written as IPv6. Version 1 carries connections only.
 */
export function writeProxyHeader(
  version: "v1" | "v2",
  source: ProxyEndpoint,
  destination: ProxyEndpoint,
  transport: "stream" | "datagram" = "stream",
): Buffer {
  const from = parseAddress(source.address) ?? [0, 0, 0xffff, 0] as const;
  const to = parseAddress(destination.address) ?? [0, 0, 0xffff, 0] as const;
  const isV4 = isIpv4(from) && isIpv4(to);
  if (version === "v1") {
    const text = (words: typeof from) =>
      isV4 || !isIpv4(words) ? formatAddress(words) : `::ffff:${formatAddress(words)}`;
    const ports = `${source.port} ${destination.port}`;
    return Buffer.from(`PROXY ${isV4 ? "TCP4" : "TCP6"} ${text(from)} ${text(to)} ${ports}\r\n`, "latin1");
  }
  const addressBytes = isV4 ? 4 : 16;
  const header = Buffer.alloc(V2_FIXED_BYTES + 2 * addressBytes + 4);
  V2_SIGNATURE.copy(header);
  header[12] = 0x20 | COMMAND.proxy;
  header[13] = ((isV4 ? FAMILY.inet : FAMILY.inet6) << 4) | TRANSPORT[transport];
  header.writeUInt16BE(2 * addressBytes + 4, 14);
  let at = V2_FIXED_BYTES;
  for (const words of [from, to]) {
    for (const word of isV4 ? words.slice(3) : words) at = header.writeUInt32BE(word >>> 0, at);
  }
  at = header.writeUInt16BE(source.port, at);
  header.writeUInt16BE(destination.port, at);
  return header;
}
