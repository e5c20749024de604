import { BlockList, isIP } from "node:net";
import { AegisError } from "../../core/errors.ts";
import type { Comparison } from "./comparison.ts";

/** `value: ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"]`: the value is an address in one of them. */
export function ipInRange(ranges: readonly string[]): Comparison {
  const list = new BlockList();
  for (const range of ranges) addRange(list, range);
  return (value) => {
    const version = isIP(value);
    return version !== 0 && list.check(value, version === 4 ? "ipv4" : "ipv6");
  };
}

function addRange(list: BlockList, range: string): void {
  const [address = "", prefix, more] = range.split("/");
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  const isLength = prefix === undefined || /^\d{1,3}$/.test(prefix);
  if (version === 0 || more !== undefined || !isLength || length > bits) {
    throw new AegisError("invalid_input", `"${range}" is no address and no network like 192.0.2.0/24`);
  }
  list.addSubnet(address, length, version === 4 ? "ipv4" : "ipv6");
}
