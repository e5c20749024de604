import { formatAddress, formatCidr, isIpv4, maskWords, parseAddress } from "./ip.ts";

/**
 * An address as logs and people without the right to see it get it: IPv4 without its last two octets
 * (`203.0.x.x`), IPv6 as its /48. What is no address comes back as it is.
 */
export function maskAddress(text: string): string {
  const words = parseAddress(text);
  if (words === null) return text;
  if (isIpv4(words)) return formatAddress(words).split(".").slice(0, 2).concat("x", "x").join(".");
  return formatCidr({ words: maskWords(words, 48), prefix: 48 });
}
