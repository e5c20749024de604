import { ENTRY_OVERHEAD_BYTES, STATIC_ENTRIES, STATIC_NAMES, STATIC_VALUES } from "./static_table.ts";

/** Names a table keeps in mind at once; what an upstream invents beyond them goes out as literals. */
const MAX_NAMES = 128;

/** All that is known of one field name. */
export interface KnownName {
  /** Index of the name in the static table, 0 where it has none. */
  readonly staticIndex: number;
  /** Values of the static table under this name with their indices; most have none. */
  readonly staticValues: ReadonlyMap<string, number> | null;
  /** Values in the dynamic table, oldest first, and the number of the insertion that brought each. */
  readonly values: string[];
  readonly insertions: number[];
  /** The last value that was not in the table, to see one that comes again. */
  lastMiss: string | null;
  /** Values that were not found since one was. */
  misses: number;
}

type StaticName = Pick<KnownName, "staticIndex" | "staticValues">;

function staticNames(): ReadonlyMap<string, StaticName> {
  const found = new Map<string, { staticIndex: number; staticValues: Map<string, number> | null }>();
  for (let index = 1; index <= STATIC_ENTRIES; index++) {
    const name = STATIC_NAMES[index]!;
    const known = found.get(name) ?? { staticIndex: index, staticValues: null };
    if (STATIC_VALUES[index] !== "") {
      known.staticValues ??= new Map();
      known.staticValues.set(STATIC_VALUES[index]!, index);
    }
    found.set(name, known);
  }
  return found;
}

const STATIC = staticNames();
const NO_NAME: StaticName = { staticIndex: 0, staticValues: null };

/** The encoder's dynamic table (RFC 7541, 2.3.2), found by name and value. */
export class EncoderTable {
  readonly #known = new Map<string, KnownName>();
  /** The entries, oldest first; insertion number of `#names[0]` is `#inserted - #names.length`. */
  #names: string[] = [];
  #values: string[] = [];
  #first = 0;
  #inserted = 0;
  #size = 0;
  #maxSize: number;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get size(): number {
    return this.#size;
  }

  get maxSize(): number {
    return this.#maxSize;
  }

  /** What is known of `name`; null where so many names are in use that this one gets no memory. */
  nameOf(name: string): KnownName | null {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_NAMES && !this.#forgetUnused()) return null;
    const { staticIndex, staticValues } = STATIC.get(name) ?? NO_NAME;
    const fresh = { staticIndex, staticValues, values: [], insertions: [], lastMiss: null, misses: 0 };
    this.#known.set(name, fresh);
    return fresh;
  }

  /** Index on the wire of an insertion that is still in the table. */
  indexOf(insertion: number): number {
    return STATIC_ENTRIES + this.#inserted - insertion;
  }

  /** The same where it may have been evicted since: 0 then. */
  indexIfHeld(insertion: number): number {
    const entries = this.#names.length - this.#first;
    return insertion >= this.#inserted - entries ? this.indexOf(insertion) : 0;
  }

  /** Adds an entry as the peer's decoder does when it reads one. */
  add(name: string, known: KnownName, value: string): void {
    const size = name.length + value.length + ENTRY_OVERHEAD_BYTES;
    this.#evictTo(this.#maxSize - size);
    if (size > this.#maxSize) return;
    this.#names.push(name);
    this.#values.push(value);
    known.values.push(value);
    known.insertions.push(this.#inserted++);
    this.#size += size;
  }

  resize(maxSize: number): void {
    this.#maxSize = maxSize;
    this.#evictTo(maxSize);
  }

  #evictTo(size: number): void {
    while (this.#size > size && this.#first < this.#names.length) {
      const at = this.#first++;
      const name = this.#names[at]!;
      this.#size -= name.length + this.#values[at]!.length + ENTRY_OVERHEAD_BYTES;
      const known = this.#known.get(name)!;
      // Entries of one name leave in the order in which they came.
      known.values.shift();
      known.insertions.shift();
    }
    if (this.#first < this.#names.length && this.#first < MAX_NAMES) return;
    this.#names.splice(0, this.#first);
    this.#values.splice(0, this.#first);
    this.#first = 0;
  }

  /** Forgets the names that have no entry. False: there was none. */
  #forgetUnused(): boolean {
    const before = this.#known.size;
    for (const [name, known] of this.#known) if (known.values.length === 0) this.#known.delete(name);
    return this.#known.size < before;
  }
}
