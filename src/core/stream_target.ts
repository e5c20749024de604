import { parseAddress } from "../lib/ip.ts";

/** Where a stream leads. */
export interface StreamTarget {
  /** Name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isAddress: boolean;
}

/** `db.internal:5432`, `10.0.0.7:22`, `[2001:db8::7]:22`; null where it is none of these. */
export function parseStreamTarget(text: string): StreamTarget | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+)):([1-9]\d{0,4})$/i.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) return null;
  const bracketed = match[1];
  if (bracketed !== undefined) {
    return parseAddress(bracketed) === null ? null : { host: bracketed, port, isAddress: true };
  }
  const host = match[2]!;
  if (parseAddress(host) !== null) return { host, port, isAddress: true };
  const isName =
    /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i
      .test(host);
  // What looks like an IPv4 address and is none would be asked of the resolver, which may read it as one.
  return isName && !/^[\d.]+$/.test(host) ? { host, port, isAddress: false } : null;
}
