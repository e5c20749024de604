import { type AddressWords, isIpv4 } from "../../lib/ip.ts";
import { mix32 } from "../../lib/mix32.ts";

/**
 * 32 bits that stand for a client when requests of one have to stay together: the IPv4 address, or the /64 of an IPv6
 * one, whose lower half changes with every privacy address. Not secret, and not meant to be hard to choose.
 */
export function clientKey(words: AddressWords): number {
  return isIpv4(words) ? words[3] | 0 : mix32(words[0]) ^ words[1];
}
