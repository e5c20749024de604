import { type AddressWords, parseAddress } from "../../lib/ip.ts";

/** No address with port, brackets and zone is longer. */
const LONGEST = 64;
/** A port, or the obfuscated one of RFC 7239, 6.3. */
const PORT = /^:(?:\d{1,5}|_[\w.-]+)$/;
const IPV4_WITH_PORT = /^(\d+\.[\d.]+)(:[^:]*)$/;

/**
 * The address of a hop as proxies write it: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`,
 * `[2001:db8::1]:4711`, with a zone (`fe80::1%eth0`), which says nothing here and is left out. null for everything else:
 * names, `unknown`, obfuscated nodes (RFC 7239, 6.3), numbers with leading zeros.
 */
export function nodeAddress(text: string): AddressWords | null {
  if (text.length > LONGEST) return null;
  const plain = parseAddress(text);
  if (plain !== null) return plain;
  if (text.startsWith("[")) {
    const end = text.indexOf("]");
    const rest = text.slice(end + 1);
    if (end < 0 || (rest !== "" && !PORT.test(rest))) return null;
    const inner = text.slice(1, end);
    return inner.includes(":") ? parseAddress(withoutZone(inner)) : null;
  }
  const ported = IPV4_WITH_PORT.exec(text);
  if (ported !== null) return PORT.test(ported[2]!) ? parseAddress(ported[1]!) : null;
  return parseAddress(withoutZone(text));
}

function withoutZone(text: string): string {
  const at = text.indexOf("%");
  return at > 0 && text.includes(":") ? text.slice(0, at) : text;
}
