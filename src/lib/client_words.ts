import { type AddressWords, type Cidr, clientNetwork, formatCidr, isIpv4, parseAddress } from "./ip.ts";

/**
 * One client for limits: the IPv4 address itself, or the /64 of an IPv6 one (a subscriber has that many addresses to
 * choose from). Two words that are the client itself and no hash; IPv4 stands under a prefix that no client has.
 */
export function clientHigh(client: AddressWords): number {
  return isIpv4(client) ? -1 : client[0] | 0;
}

export function clientLow(client: AddressWords): number {
  return (isIpv4(client) ? client[3] : client[1]) | 0;
}

/** The network that these two words stand for. */
export function clientOf(high: number, low: number): Cidr {
  return high === -1 ? { words: [0, 0, 0xffff, low], prefix: 128 } : { words: [high, low, 0, 0], prefix: 64 };
}

/** The client as text: the IPv4 address, or the /64 of an IPv6 one. What is no address stands for itself. */
export function clientText(client: string): string {
  // Most clients are IPv4: their text is their network.
  if (!client.includes(":")) return client;
  const words = parseAddress(client);
  return words === null ? client : formatCidr(clientNetwork(words));
}
