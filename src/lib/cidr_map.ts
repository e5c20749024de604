import { type AddressWords, type Cidr, maskWords } from "./ip.ts";

/**
 * Networks to values, longest prefix first. One hash table a prefix length: a look-up costs as many probes as
 * lengths are in use (one or two in practice), and an entry costs one map cell.
 */
export class CidrMap<T> {
  readonly #tables = new Map<number, Map<number | string, T>>();
  /** Prefix lengths in use, longest first. */
  #lengths: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Sets the value of a network; a second one of the same network replaces the first. */
  set(cidr: Cidr, value: T): void {
    let table = this.#tables.get(cidr.prefix);
    if (table === undefined) {
      this.#tables.set(cidr.prefix, table = new Map());
      this.#lengths = [...this.#tables.keys()].sort((a, b) => b - a);
    }
    const key = keyOf(cidr.words, cidr.prefix);
    if (!table.has(key)) this.#size++;
    table.set(key, value);
  }

  /** The value of exactly this network. */
  exact(cidr: Cidr): T | undefined {
    return this.#tables.get(cidr.prefix)?.get(keyOf(cidr.words, cidr.prefix));
  }

  /** The value of the narrowest network that holds the address and whose value is accepted. */
  find(words: AddressWords, accepts?: (value: T) => boolean): T | undefined {
    for (const prefix of this.#lengths) {
      const found = this.#tables.get(prefix)!.get(keyOf(maskWords(words, prefix), prefix));
      if (found !== undefined && (accepts === undefined || accepts(found))) return found;
    }
    return undefined;
  }
}

/** IPv4 networks are told by their 32-bit number, which costs no string. */
function keyOf(words: AddressWords, prefix: number): number | string {
  if (prefix >= 96 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff) return words[3];
  return `${words[0]},${words[1]},${words[2]},${words[3]}`;
}
