/**
 * IP addresses as four 32-bit words of IPv6. IPv4 is written as its IPv4-mapped form (RFC 4291 §2.5.5.2), so that
 * `::ffff:192.0.2.1` and `192.0.2.1` are one identity.
 */
export type AddressWords = readonly [number, number, number, number];

export interface Cidr {
  /** Bits after the prefix are zero. */
  readonly words: AddressWords;
  /** 0 to 128; an IPv4 prefix counts from 96. */
  readonly prefix: number;
}

const MAPPED = 0xffff;

/** The words of an address in text, or null. Zone ids, ports and leading zeros of IPv4 are not taken. */
export function parseAddress(text: string): AddressWords | null {
  if (text.includes(":")) return parseIpv6(text);
  const v4 = parseIpv4(text);
  return v4 < 0 ? null : [0, 0, MAPPED, v4];
}

/** `192.0.2.0/24`, `2001:db8::/32`, or a bare address. Null where it does not parse; host bits are cleared. */
export function parseCidr(text: string): Cidr | null {
  const slash = text.indexOf("/");
  const words = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (words === null) return null;
  const v4 = isIpv4(words) && !text.includes(":");
  const most = v4 ? 32 : 128;
  let length = most;
  if (slash >= 0) {
    const digits = text.slice(slash + 1);
    if (!/^(?:0|[1-9]\d{0,2})$/.test(digits)) return null;
    length = Number(digits);
    if (length > most) return null;
  }
  const prefix = v4 ? length + 96 : length;
  return { words: maskWords(words, prefix), prefix };
}

export function isIpv4(words: AddressWords): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === MAPPED;
}

/** Canonical text: dotted for IPv4 and IPv4-mapped, RFC 5952 for the rest. */
export function formatAddress(words: AddressWords): string {
  if (isIpv4(words)) {
    const n = words[3];
    return `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;
  }
  const groups: number[] = [];
  for (const word of words) groups.push(word >>> 16, word & 0xffff);
  const [at, length] = longestZeroRun(groups);
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(":");
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, at))}::${hex(groups.slice(at + length))}`;
}

/** `192.0.2.0/24`; a whole address is written without its prefix. */
export function formatCidr(cidr: Cidr): string {
  const v4 = isIpv4(cidr.words) && cidr.prefix >= 96;
  if (cidr.prefix === 128) return formatAddress(cidr.words);
  return `${formatAddress(cidr.words)}/${v4 ? cidr.prefix - 96 : cidr.prefix}`;
}

/** The text as every log and table writes it, or the text itself where it is no address. */
export function canonicalAddress(text: string): string {
  if (!text.includes(":")) return text;
  const words = parseAddress(text.includes("%") ? text.slice(0, text.indexOf("%")) : text);
  return words === null ? text : formatAddress(words);
}

/** One client for limits and bans: the IPv4 address itself, the /64 of IPv6 (spec 03). */
export function clientNetwork(words: AddressWords): Cidr {
  const prefix = isIpv4(words) ? 128 : 64;
  return { words: maskWords(words, prefix), prefix };
}

export function contains(cidr: Cidr, words: AddressWords): boolean {
  const masked = maskWords(words, cidr.prefix);
  return masked.every((word, i) => word === cidr.words[i]);
}

/** Clears all bits after the first `prefix` of 128. */
export function maskWords(words: AddressWords, prefix: number): AddressWords {
  return [
    maskWord(words[0], prefix),
    maskWord(words[1], prefix - 32),
    maskWord(words[2], prefix - 64),
    maskWord(words[3], prefix - 96),
  ];
}

function maskWord(word: number, bits: number): number {
  if (bits >= 32) return word;
  if (bits <= 0) return 0;
  return (word & (0xffffffff << (32 - bits))) >>> 0;
}

/** The 32-bit number of a dotted quad, -1 where it is none. */
function parseIpv4(text: string): number {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 46) {
      if (octet < 0 || ++dots > 3) return -1;
      value = value * 256 + octet;
      octet = -1;
    } else if (c >= 48 && c <= 57) {
      if (octet === 0) return -1;
      octet = octet < 0 ? c - 48 : octet * 10 + c - 48;
      if (octet > 255) return -1;
    } else return -1;
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1;
}

function parseIpv6(text: string): AddressWords | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...new Array<number>(halves.length === 2 ? missing : 0).fill(0), ...tail];
  const word = (i: number) => groups[i]! * 65536 + groups[i + 1]!;
  return [word(0), word(2), word(4), word(6)];
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (part.includes(".")) {
      const v4 = mayEndInIpv4 && i === parts.length - 1 ? parseIpv4(part) : -1;
      if (v4 < 0) return null;
      groups.push(v4 >>> 16, v4 & 0xffff);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16));
    else return null;
  }
  return groups;
}

function longestZeroRun(groups: readonly number[]): [number, number] {
  let best: [number, number] = [0, 0];
  let start = -1;
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) {
      if (start < 0) start = i;
    } else if (start >= 0) {
      if (i - start > best[1]) best = [start, i - start];
      start = -1;
    }
  }
  return best;
}
