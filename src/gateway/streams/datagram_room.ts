/** The longest datagram that UDP carries fits. */
export const SLOT_BYTES = 65_536;
const SLOTS_OF_A_SLAB = 256;

/**
 * Room to receive datagrams into, one slot a waiting socket. Slots are cut from large slabs: the system gives memory to
 * those pages alone that a datagram was written to, so 4,096 waiting sockets cost what they receive and not 256 MiB.
 */
export class DatagramRoom {
  readonly #free: Uint8Array<ArrayBuffer>[] = [];

  take(): Uint8Array<ArrayBuffer> {
    const slot = this.#free.pop();
    if (slot !== undefined) return slot;
    const slab = new ArrayBuffer(SLOT_BYTES * SLOTS_OF_A_SLAB);
    for (let i = 0; i < SLOTS_OF_A_SLAB; i++) {
      this.#free.push(new Uint8Array(slab, i * SLOT_BYTES, SLOT_BYTES));
    }
    return this.#free.pop()!;
  }

  give(slot: Uint8Array<ArrayBuffer>): void {
    this.#free.push(slot);
  }
}
