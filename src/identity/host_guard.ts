import { parseAddress } from "../lib/ip.ts";

/**
 * [SECURITY] DNS rebinding: a foreign page whose name suddenly resolves to us would count as our own origin. So only
 * names that are ours are answered; an address cannot be rebound, because no name server is asked for it.
 * `hostname` as `URL.hostname` gives it; `names` lower case, without port.
 */
export function isOwnHost(hostname: string, names: readonly string[]): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, "");
  return names.includes(name) || parseAddress(name.replace(/^\[(.*)\]$/, "$1")) !== null;
}
