/**
 * An address as its 16 bytes (IPv4 as `::ffff:a.b.c.d`), or null where `text` is none. Strict: no leading zeros in
 * IPv4 parts, no zone, no brackets (RFC 4291 §2.2).
 */
export function parseAddress(text: string): Uint8Array | null {
  const bytes = new Uint8Array(16);
  if (!text.includes(":")) {
    bytes[10] = 0xff;
    bytes[11] = 0xff;
    return readIpv4(text, bytes, 12) ? bytes : null;
  }
  return readIpv6(text, bytes) ? bytes : null;
}

/** True where the 16 bytes are an IPv4 address in its mapped form. */
export function isIpv4(bytes: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

function readIpv4(text: string, into: Uint8Array, at: number): boolean {
  const parts = text.split(".");
  if (parts.length !== 4) return false;
  for (const [i, part] of parts.entries()) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part)) return false;
    const value = Number(part);
    if (value > 255) return false;
    into[at + i] = value;
  }
  return true;
}

function readIpv6(text: string, into: Uint8Array): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const front = readGroups(halves[0]!, halves.length === 1);
  if (front === null) return false;
  if (halves.length === 1) {
    if (front.length !== 16) return false;
    into.set(front);
    return true;
  }
  const back = readGroups(halves[1]!, true);
  if (back === null || front.length + back.length > 14) return false;
  into.set(front);
  into.set(back, 16 - back.length);
  return true;
}

/** Groups of one side of `::` as bytes; a dotted IPv4 tail only where `mayEndDotted`. */
function readGroups(text: string, mayEndDotted: boolean): number[] | null {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    if (mayEndDotted && i === groups.length - 1 && group.includes(".")) {
      const tail = new Uint8Array(4);
      if (!readIpv4(group, tail, 0)) return null;
      bytes.push(...tail);
      continue;
    }
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return null;
    const value = parseInt(group, 16);
    bytes.push(value >> 8, value & 0xff);
  }
  return bytes;
}
