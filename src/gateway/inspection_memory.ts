/** Bytes of bodies that this thread holds for inspection, all requests together. */
export class InspectionMemory {
  #used = 0;

  get used(): number {
    return this.#used;
  }

  /** Takes `bytes` where at most `most` are used then; false: nothing was taken. */
  take(bytes: number, most: number): boolean {
    if (this.#used + bytes > most) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
