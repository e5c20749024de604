import { Buffer } from "node:buffer";

/**
 * What was made of rows, by key, as long as the row's own bytes stay the same: reading a row again is cheap, opening it
 * is not, and whoever is given the same object twice knows that nothing changed. Because the row is read each time, a
 * transaction that is taken back or another process that writes leaves nothing stale here.
 */
export class OpenedCache<T> {
  readonly #known = new Map<string, { readonly bytes: Uint8Array | string; readonly value: T }>();

  /** `bytes` must differ wherever what `open` makes of the row would. */
  of(key: string, bytes: Uint8Array | string, open: () => T): T {
    const known = this.#known.get(key);
    if (known !== undefined && isSame(known.bytes, bytes)) return known.value;
    const value = open();
    this.#known.set(key, { bytes, value });
    return value;
  }

  delete(key: string): void {
    this.#known.delete(key);
  }
}

function isSame(a: Uint8Array | string, b: Uint8Array | string): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return Buffer.compare(a, b) === 0;
}
