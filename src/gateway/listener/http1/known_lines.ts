import { Buffer } from "node:buffer";

/** Lines further behind, and longer ones, are not kept: together they cost some kilobytes. */
const MOST_LINES = 24;
const LINE_BYTES = 160;

/** A field that came twice. */
export interface KnownLine {
  readonly name: string;
  readonly value: string;
  /** As HTTP/1 writes it, with its line end. */
  readonly text: string;
}

/** A place in a field section, and the line that last stood there. */
interface Place {
  /** Of the line with its line end; 0: none is kept. */
  length: number;
  name: string;
  /** Where in the line the value stands. */
  valueAt: number;
  valueEnd: number;
  /** Made when the line comes for the second time. */
  line: KnownLine | null;
}

/**
 * The field lines that one sender's last sections had, by their place. Most of them stand in its next section again, to
 * the byte and in the same order; what was made of them then serves again. Any other byte makes it another line.
 */
export class KnownLines {
  #bytes: Buffer | null = null;
  readonly #places: Place[] = [];

  /** The `n`-th line as it is known, where it stands again at `bytes[at…]` as a whole. */
  match(n: number, bytes: Buffer, at: number, end: number): KnownLine | null {
    const place = this.#places[n];
    if (place === undefined || place.length === 0 || end - at < place.length) return null;
    const known = this.#bytes!;
    const from = n * LINE_BYTES;
    for (let i = 0; i < place.length; i++) if (bytes[at + i] !== known[from + i]) return null;
    return place.line ??= lineOf(place, known, from);
  }

  /** Bytes of the `n`-th line, with its line end. */
  lengthOf(n: number): number {
    return this.#places[n]!.length;
  }

  /** Keeps `bytes[start, end)`, an accepted line with its line end, as the `n`-th; its value is `[valueAt, valueEnd)`. */
  keep(
    n: number,
    bytes: Buffer,
    start: number,
    end: number,
    name: string,
    valueAt: number,
    valueEnd: number,
  ): void {
    if (n >= MOST_LINES) return;
    const place = this.#places[n] ?? this.#newPlace();
    place.line = null;
    place.length = 0;
    if (end - start > LINE_BYTES) return;
    place.length = end - start;
    place.name = name;
    place.valueAt = valueAt - start;
    place.valueEnd = valueEnd - start;
    this.#bytes ??= Buffer.alloc(MOST_LINES * LINE_BYTES);
    bytes.copy(this.#bytes, n * LINE_BYTES, start, end);
  }

  /** Places are filled in their order. */
  #newPlace(): Place {
    const place: Place = { length: 0, name: "", valueAt: 0, valueEnd: 0, line: null };
    this.#places.push(place);
    return place;
  }
}

function lineOf({ name, valueAt, valueEnd }: Place, bytes: Buffer, from: number): KnownLine {
  const value = bytes.toString("latin1", from + valueAt, from + valueEnd);
  const text = `${name}: ${value}\r\n`;
  // Reading it makes one string of the pieces, once for all answers that it stands in.
  text.charCodeAt(0);
  return { name, value, text };
}
