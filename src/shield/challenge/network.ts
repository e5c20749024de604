import type { HostChallenge } from "../../core/challenge.ts";
import { type AddressWords, isIpv4 } from "../../lib/ip.ts";

/** Hex digits of a network: /24 of IPv4, /48 of IPv6 (spec 03). */
const DIGITS_V4 = 6;
const DIGITS_V6 = 12;

/**
 * What a pass is bound to, in hex: six digits for an IPv4 /24 and twelve for an IPv6 /48; by `address` eight and 32.
 * The length tells which of the four it is.
 */
export function networkText(client: AddressWords, bind: HostChallenge["bind"]): string {
  const [address, digits] = isIpv4(client)
    ? [hex(client[3]), DIGITS_V4]
    : [client.map(hex).join(""), DIGITS_V6];
  return bind === "address" ? address : address.slice(0, digits);
}

export function isIpv4Network(text: string): boolean {
  return text.length === 6 || text.length === 8;
}

const NETWORK = /^(?:[0-9a-f]{6}|[0-9a-f]{8}|[0-9a-f]{12}|[0-9a-f]{32})$/;

export function isNetworkText(text: string): boolean {
  return NETWORK.test(text);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
