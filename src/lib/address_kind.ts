import { type AddressWords, isIpv4 } from "./ip.ts";

/**
 * What an address leads to, as seen from this machine. `metadata`: services of clouds that give credentials to whoever
 * reaches them; `reserved`: no host's.
 */
export type AddressKind = "public" | "private" | "loopback" | "link-local" | "metadata" | "reserved";

/**
 * [SECURITY] Server-side request forgery (CWE-918): the IPv4 address inside the IPv6 forms that carry one decides
 * (mapped, NAT64 by RFC 6052 and RFC 8215, 6to4 by RFC 3056, Teredo by RFC 4380, ISATAP by RFC 5214), because some
 * networks route these to that address.
 */
export function addressKind(words: AddressWords): AddressKind {
  const [w0, w1, w2, w3] = words;
  if (isIpv4(words)) return ipv4Kind(w3);
  if (w0 === 0x0064ff9b && (w1 === 0 && w2 === 0 || w1 >>> 16 === 1)) return ipv4Kind(w3);
  if (w0 >>> 16 === 0x2002) return ipv4Kind((((w0 & 0xffff) << 16) | (w1 >>> 16)) >>> 0);
  // The client's address of Teredo is written with all bits turned.
  if (w0 === 0x20010000) return worse(ipv4Kind(~w3 >>> 0), ipv4Kind(w1));
  if ((w2 & ~0x02000000) === 0x00005efe) return ipv4Kind(w3);
  if (METADATA_IPV6.some((known) => known.every((word, i) => word === words[i]))) return "metadata";
  if (w0 >>> 22 === 0xfe80 >>> 6) return "link-local";
  if (w0 >>> 24 === 0xff) return "reserved";
  // Unique local (RFC 4193), and site-local, which RFC 3879 gave up.
  if (w0 >>> 25 === 0xfc >>> 1 || w0 >>> 22 === 0xfec0 >>> 6) return "private";
  // `::` and `::1` reach this machine; other IPv4-compatible addresses were given up by RFC 4291 §2.5.5.1.
  if (w0 === 0 && w1 === 0 && w2 === 0) return w3 <= 1 ? "loopback" : "reserved";
  return "public";
}

/** fd00:ec2::254 (AWS), fd20:ce::254 (Google Cloud). */
const METADATA_IPV6: readonly AddressWords[] = [
  [0xfd000ec2, 0, 0, 0x254],
  [0xfd2000ce, 0, 0, 0x254],
];
/** 100.100.100.200 (Alibaba Cloud), 192.0.0.192 (Oracle Cloud), 168.63.129.16 (Azure). */
const METADATA_IPV4: readonly number[] = [0x646464c8, 0xc00000c0, 0xa83f8110];

function ipv4Kind(address: number): AddressKind {
  const a = address >>> 24;
  const b = (address >>> 16) & 0xff;
  if (a === 169 && b === 254) return "link-local";
  if (METADATA_IPV4.includes(address)) return "metadata";
  // 0.0.0.0/8 connects to this machine on Linux.
  if (a === 127 || a === 0) return "loopback";
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return "private";
  // Shared address space of carriers (RFC 6598), protocol assignments (RFC 6890), benchmarks (RFC 2544).
  if (a === 100 && b >= 64 && b < 128) return "private";
  if ((a === 192 && b === 0 && ((address >>> 8) & 0xff) === 0) || (a === 198 && (b & 0xfe) === 18)) {
    return "private";
  }
  return a >= 224 ? "reserved" : "public";
}

const ORDER: readonly AddressKind[] = ["public", "private", "loopback", "reserved", "link-local", "metadata"];

function worse(a: AddressKind, b: AddressKind): AddressKind {
  return ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b;
}
