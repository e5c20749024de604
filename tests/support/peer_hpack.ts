import { Buffer } from "node:buffer";
import hpack from "hpack.js";

export type Field = readonly [name: string, value: string];

/** What is used of the package `hpack.js`, which has no types of its own. */
interface Coder {
  write(data: unknown): void;
  read(): unknown;
  execute(): void;
}

interface HpackPackage {
  readonly compressor: { create(options: { table: { maxSize: number } }): Coder };
  readonly decompressor: { create(options: { table: { maxSize: number } }): Coder };
}

const { compressor, decompressor } = hpack as unknown as HpackPackage;

/** How a field is to be encoded. */
export interface FieldStyle {
  readonly huffman: boolean;
  /** Into the dynamic table. */
  readonly incremental: boolean;
  readonly neverIndex: boolean;
}

/** A second implementation of HPACK's sending side. */
export class PeerEncoder {
  readonly #coder: Coder;

  constructor(tableSize: number) {
    this.#coder = compressor.create({ table: { maxSize: tableSize } });
  }

  encode(fields: readonly Field[], styleOf: (field: Field) => FieldStyle): Uint8Array {
    this.#coder.write(fields.map((field) => ({ name: field[0], value: field[1], ...styleOf(field) })));
    return bytesOf(this.#coder);
  }
}

/** A second implementation of HPACK's receiving side. Values are read as UTF-8: feed it ASCII. */
export class PeerDecoder {
  readonly #coder: Coder;

  constructor(tableSize: number) {
    this.#coder = decompressor.create({ table: { maxSize: tableSize } });
  }

  /** Throws where the block is not understood. */
  decode(block: Uint8Array): Field[] {
    this.#coder.write(Buffer.from(block));
    this.#coder.execute();
    const fields: Field[] = [];
    for (let field = this.#coder.read(); field !== null && field !== undefined; field = this.#coder.read()) {
      const { name, value } = field as { name: string; value: string };
      fields.push([name, value]);
    }
    return fields;
  }
}

function bytesOf(coder: Coder): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let piece = coder.read(); piece !== null && piece !== undefined; piece = coder.read()) {
    pieces.push(piece as Uint8Array);
  }
  return Buffer.concat(pieces);
}
