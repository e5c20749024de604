/** What a stream did since the process began, summed over all gateways. */
export interface StreamCounters {
  /** Connections (UDP: clients) now. */
  readonly active: number;
  readonly total: number;
  /** Not let in: lists and caps. */
  readonly refused: number;
  /** The upstream could not be reached. */
  readonly failed: number;
  readonly uploadBytes: number;
  readonly downloadBytes: number;
}

export const NO_COUNTERS: StreamCounters = Object.freeze({
  active: 0,
  total: 0,
  refused: 0,
  failed: 0,
  uploadBytes: 0,
  downloadBytes: 0,
});

const FIELDS = ["total", "refused", "failed", "uploadBytes", "downloadBytes"] as const;
type Field = typeof FIELDS[number];
const AT = Object.fromEntries(FIELDS.map((name, i) => [name, i])) as Record<Field, number>;

const WIDTH = FIELDS.length;

export function createStreamCells(gateways: number, cells: number): SharedArrayBuffer {
  const doubles = cells * gateways * WIDTH * Float64Array.BYTES_PER_ELEMENT;
  return new SharedArrayBuffer(doubles + cells * gateways * Int32Array.BYTES_PER_ELEMENT);
}

/**
 * One cell a stream, in it one row a gateway: each writes its own and sums all. Sums are doubles with one writer; open
 * connections are counted atomically, written before they are summed, so that a cap holds exactly over threads.
 */
export class StreamCells {
  readonly #sums: Float64Array;
  readonly #active: Int32Array;
  readonly #gateways: number;
  readonly #index: number;
  readonly #size: number;

  constructor(buffer: SharedArrayBuffer, gateways: number, index: number) {
    const bytesOfCell = gateways * (WIDTH * Float64Array.BYTES_PER_ELEMENT + Int32Array.BYTES_PER_ELEMENT);
    this.#size = buffer.byteLength / bytesOfCell;
    const rows = this.#size * gateways;
    this.#sums = new Float64Array(buffer, 0, rows * WIDTH);
    this.#active = new Int32Array(buffer, rows * WIDTH * Float64Array.BYTES_PER_ELEMENT, rows);
    this.#gateways = gateways;
    this.#index = index;
  }

  /** A connection opens in this gateway; false where there would be more than `most` (0: any number). */
  enter(slot: number, most: number): boolean {
    if (!this.#has(slot)) return true;
    Atomics.add(this.#active, this.#row(slot), 1);
    if (most === 0 || this.#open(slot) <= most) return true;
    this.leave(slot);
    return false;
  }

  /** It closes: once for each `enter` that let it in. */
  leave(slot: number): void {
    if (this.#has(slot)) Atomics.sub(this.#active, this.#row(slot), 1);
  }

  add(slot: number, field: Field, by: number): void {
    if (this.#has(slot)) this.#sums[this.#row(slot) * WIDTH + AT[field]]! += by;
  }

  read(slot: number): StreamCounters {
    const sum = (field: Field) => {
      let sum = 0;
      for (let gateway = 0; gateway < this.#gateways; gateway++) {
        sum += this.#sums[(slot * this.#gateways + gateway) * WIDTH + AT[field]]!;
      }
      return sum;
    };
    return {
      active: this.#open(slot),
      total: sum("total"),
      refused: sum("refused"),
      failed: sum("failed"),
      uploadBytes: sum("uploadBytes"),
      downloadBytes: sum("downloadBytes"),
    };
  }

  /** Control: the slot belongs to another stream now. What is still open there goes on being counted. */
  reset(slot: number): void {
    const start = slot * this.#gateways * WIDTH;
    this.#sums.fill(0, start, start + this.#gateways * WIDTH);
  }

  /** Wipes what a dead gateway held. */
  clear(gateway: number): void {
    for (let at = gateway; at < this.#active.length; at += this.#gateways) Atomics.store(this.#active, at, 0);
  }

  #row(slot: number): number {
    return slot * this.#gateways + this.#index;
  }

  #has(slot: number): boolean {
    return slot >= 0 && slot < this.#size;
  }

  #open(slot: number): number {
    let open = 0;
    for (let gateway = 0; gateway < this.#gateways; gateway++) {
      open += Atomics.load(this.#active, slot * this.#gateways + gateway);
    }
    return open;
  }
}
