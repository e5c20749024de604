import type { Geo, Place } from "../../core/place.ts";
import { addressKind } from "../../lib/address_kind.ts";
import type { AddressWords } from "../../lib/ip.ts";
import { mix32 } from "../../lib/mix32.ts";
import type { Mmdb } from "../../lib/mmdb/mmdb.ts";
import { joined, placeOf } from "./place_of.ts";

/** Addresses whose place is remembered; one takes another's cell where they meet. A power of two. */
const CELLS = 8_192;
/** Records of one database that are remembered as they were read. */
const MOST_RECORDS = 4_096;

/** Look-ups in up to three databases, remembered in constant memory. */
export class GeoLookup implements Geo {
  readonly #databases: readonly Mmdb[];
  readonly #records: readonly Map<number, Place>[];
  readonly #keys = new Int32Array(CELLS * 4);
  /** undefined: the cell is empty. */
  readonly #places: (Place | null | undefined)[] = new Array(CELLS).fill(undefined);

  /** `databases`: the one that says most first. */
  constructor(databases: readonly Mmdb[]) {
    this.#databases = databases;
    this.#records = databases.map(() => new Map());
  }

  lookUp(words: AddressWords): Place | null {
    const [a, b, c, d] = words;
    const cell = mix32(mix32(mix32(a ^ mix32(b)) ^ c) ^ d) & (CELLS - 1);
    const keys = this.#keys;
    const at = cell * 4;
    const known = this.#places[cell];
    if (
      known !== undefined && keys[at] === (a | 0) && keys[at + 1] === (b | 0) && keys[at + 2] === (c | 0) &&
      keys[at + 3] === (d | 0)
    ) return known;
    const place = this.#read(words);
    keys[at] = a;
    keys[at + 1] = b;
    keys[at + 2] = c;
    keys[at + 3] = d;
    this.#places[cell] = place;
    return place;
  }

  #read(words: AddressWords): Place | null {
    // Some databases place private networks in a country; nobody is to be locked out of their own network by that.
    if (addressKind(words) !== "public") return null;
    const databases = this.#databases;
    // One record is one object: the usual case makes none.
    if (databases.length === 1) {
      const place = this.#record(0, words);
      return place === null || place.country === "" && place.asn === undefined ? null : place;
    }
    const found: Place[] = [];
    for (let i = 0; i < databases.length; i++) {
      const place = this.#record(i, words);
      if (place !== null) found.push(place);
    }
    return joined(found);
  }

  #record(database: number, words: AddressWords): Place | null {
    const file = this.#databases[database]!;
    const offset = file.find(words);
    if (offset < 0) return null;
    const records = this.#records[database]!;
    const known = records.get(offset);
    if (known !== undefined) return known;
    const place = Object.freeze(placeOf(file.read(offset)));
    if (records.size >= MOST_RECORDS) records.clear();
    records.set(offset, place);
    return place;
  }
}
