/**
 * How a stream came to its end, which decides what a late frame for it means (RFC 9113, 5.1): `ended`: both sides said
 * END_STREAM; `reset`: we reset it, frames may still be on their way; `resetByPeer`: the client took it back.
 */
export type Closure = "ended" | "reset" | "resetByPeer";

const SLOTS = 256;
const CLOSURES: readonly Closure[] = ["ended", "reset", "resetByPeer"];

/** The last streams of a connection that ended: a fixed 1.3 kB, however many there were. */
export class ClosedStreams {
  #ids: Uint32Array | null = null;
  #how: Uint8Array | null = null;

  add(id: number, how: Closure): void {
    const ids = this.#ids ??= new Uint32Array(SLOTS);
    const kinds = this.#how ??= new Uint8Array(SLOTS);
    const slot = (id >>> 1) % SLOTS;
    ids[slot] = id;
    kinds[slot] = CLOSURES.indexOf(how);
  }

  /** null: the id was never used, or long ago. */
  get(id: number): Closure | null {
    const slot = (id >>> 1) % SLOTS;
    return this.#ids?.[slot] === id ? CLOSURES[this.#how![slot]!]! : null;
  }
}
