/**
 * Writes DER (ITU-T X.690, distinguished encoding rules): just what certificates are made of. It only writes;
 * certificates are read by node:crypto.
 */
export type Der = Uint8Array<ArrayBuffer>;

const UTC = { from: Date.UTC(1950, 0), before: Date.UTC(2050, 0) };

/** Tag, length, content. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Der {
  const size = contents.reduce((sum, each) => sum + each.length, 0);
  const length = lengthBytes(size);
  const out = new Uint8Array(1 + length.length + size);
  out[0] = tag;
  out.set(length, 1);
  let at = 1 + length.length;
  for (const each of contents) {
    out.set(each, at);
    at += each.length;
  }
  return out;
}

export function sequence(...contents: readonly Uint8Array[]): Der {
  return element(0x30, ...contents);
}

export function set(...contents: readonly Uint8Array[]): Der {
  return element(0x31, ...contents);
}

/** `[number]`, constructed: an explicit tag, or an implicit one around the contents of a SEQUENCE. */
export function tagged(number: number, ...contents: readonly Uint8Array[]): Der {
  return element(0xa0 | number, ...contents);
}

/** `[number]` IMPLICIT over a primitive. */
export function taggedBytes(number: number, content: Uint8Array): Der {
  return element(0x80 | number, content);
}

/** A non-negative integer, big-endian. */
export function integer(bytes: Uint8Array): Der {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const rest = bytes.subarray(start);
  return rest.length === 0 || rest[0]! >= 0x80 ? element(0x02, Uint8Array.of(0), rest) : element(0x02, rest);
}

export function boolean(value: boolean): Der {
  return element(0x01, Uint8Array.of(value ? 0xff : 0));
}

export function octetString(content: Uint8Array): Der {
  return element(0x04, content);
}

/** `unusedBits`: how many bits at the end of the last byte mean nothing. */
export function bitString(content: Uint8Array, unusedBits = 0): Der {
  return element(0x03, Uint8Array.of(unusedBits), content);
}

export function utf8String(text: string): Der {
  return element(0x0c, new TextEncoder().encode(text));
}

/** `1.2.840.10045.4.3.2` */
export function objectIdentifier(dotted: string): Der {
  const arcs = dotted.split(".").map(Number);
  const bytes: number[] = [];
  for (const arc of [arcs[0]! * 40 + arcs[1]!, ...arcs.slice(2)]) {
    const septets = [arc & 0x7f];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
      septets.unshift((rest & 0x7f) | 0x80);
    }
    bytes.push(...septets);
  }
  return element(0x06, Uint8Array.from(bytes));
}

/** UTCTime until 2049, GeneralizedTime from 2050 on, in whole seconds (RFC 5280 §4.1.2.5). */
export function time(at: number): Der {
  const digits = new Date(at).toISOString().replace(/\.\d+Z$/, "Z").replace(/[-:T]/g, "");
  const short = at >= UTC.from && at < UTC.before;
  return element(short ? 0x17 : 0x18, new TextEncoder().encode(short ? digits.slice(2) : digits));
}

function lengthBytes(size: number): Uint8Array {
  if (size < 0x80) return Uint8Array.of(size);
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}
