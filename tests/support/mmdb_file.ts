import type { MmdbValue } from "../../src/lib/mmdb/decode.ts";
import { parseCidr } from "../../src/lib/ip.ts";

/** A network and what is said of it; narrower networks stand behind the wider ones that hold them. */
export type Entry = readonly [network: string, record: MmdbValue];

export interface MmdbOptions {
  readonly recordBits?: 24 | 28 | 32;
  readonly type?: string;
  /** Seconds since 1970. */
  readonly builtAt?: number;
}

/** The bytes of a MaxMind DB (format 2.0) with these entries, as its writers lay them out. */
export function mmdbBytes(entries: readonly Entry[], options: MmdbOptions = {}): Uint8Array<ArrayBuffer> {
  const { recordBits = 28, type = "Test", builtAt = 1_700_000_000 } = options;
  const data = new Bytes();
  const root: Node = [null, null];
  for (const [network, record] of entries) {
    const offset = data.length;
    writeValue(data, record);
    insert(root, network, offset);
  }
  const nodes = numbered(root);
  const out = new Bytes();
  for (const node of nodes) writeNode(out, node, nodes, recordBits);
  out.push(...new Uint8Array(16));
  out.push(...data.bytes);
  out.push(0xab, 0xcd, 0xef, ...new TextEncoder().encode("MaxMind.com"));
  writeValue(out, {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: BigInt(builtAt),
    database_type: type,
    description: { en: "made for tests" },
    ip_version: 6,
    languages: ["en"],
    node_count: nodes.length,
    record_size: recordBits,
  });
  return Uint8Array.from(out.bytes);
}

type Node = [Child, Child];
/** A number is an offset in the data. */
type Child = Node | number | null;

class Bytes {
  readonly bytes: number[] = [];
  get length(): number {
    return this.bytes.length;
  }
  push(...more: number[]): void {
    for (const byte of more) this.bytes.push(byte);
  }
}

function insert(root: Node, network: string, offset: number): void {
  const cidr = parseCidr(network)!;
  // IPv4 lies at ::/96 in the tree, not at the mapped addresses.
  const words = network.includes(":") ? cidr.words : [0, 0, 0, cidr.words[3]];
  let node = root;
  for (let i = 0; i < cidr.prefix - 1; i++) {
    const side = words[i >> 5]! >>> (31 - (i & 31)) & 1;
    const child = node[side]!;
    const next: Node = Array.isArray(child) ? child : [child, child];
    node[side] = next;
    node = next;
  }
  const last = cidr.prefix - 1;
  node[words[last >> 5]! >>> (31 - (last & 31)) & 1] = offset;
}

function numbered(root: Node): Node[] {
  const nodes = [root];
  for (let i = 0; i < nodes.length; i++) {
    for (const child of nodes[i]!) if (Array.isArray(child)) nodes.push(child);
  }
  return nodes;
}

function writeNode(out: Bytes, node: Node, nodes: readonly Node[], bits: 24 | 28 | 32): void {
  const [left, right] = node.map((child) =>
    Array.isArray(child) ? nodes.indexOf(child) : child === null ? nodes.length : nodes.length + 16 + child
  ) as [number, number];
  const three = (value: number) => [value >>> 16 & 255, value >>> 8 & 255, value & 255];
  if (bits === 24) out.push(...three(left), ...three(right));
  else if (bits === 28) out.push(...three(left), left >>> 24 << 4 | right >>> 24, ...three(right));
  else out.push(left >>> 24, ...three(left), right >>> 24, ...three(right));
}

function writeValue(out: Bytes, value: MmdbValue): void {
  if (typeof value === "string") {
    const bytes = new TextEncoder().encode(value);
    control(out, 2, bytes.length);
    out.push(...bytes);
  } else if (typeof value === "number") {
    control(out, 6, 4);
    out.push(value >>> 24 & 255, value >>> 16 & 255, value >>> 8 & 255, value & 255);
  } else if (typeof value === "bigint") {
    control(out, 9, 8);
    for (let shift = 56n; shift >= 0n; shift -= 8n) out.push(Number(value >> shift & 255n));
  } else if (typeof value === "boolean") control(out, 14, value ? 1 : 0);
  else if (value instanceof Uint8Array) {
    control(out, 4, value.length);
    out.push(...value);
  } else if (Array.isArray(value)) {
    control(out, 11, value.length);
    for (const each of value as readonly MmdbValue[]) writeValue(out, each);
  } else {
    const entries = Object.entries(value as Readonly<Record<string, MmdbValue>>);
    control(out, 7, entries.length);
    for (const [key, each] of entries) {
      writeValue(out, key);
      writeValue(out, each);
    }
  }
}

function control(out: Bytes, type: number, size: number): void {
  const low = size < 29 ? size : 29;
  if (type > 7) out.push(low, type - 7);
  else out.push(type << 5 | low);
  if (size >= 29) out.push(size - 29);
}
