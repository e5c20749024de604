import { Buffer } from "node:buffer";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Whether `text` is an identifier as it is written here. */
export function isUlid(text: string): boolean {
  return ULID.test(text);
}

const CODES = Buffer.from(ALPHABET, "latin1");
const TIME_CHARS = 10;
const ID_CHARS = 26;
/** Random bytes that are fetched at once; an id takes one for each of its last 16 characters. */
const RANDOM_BYTES = 4_096;

/**
 * Makes identifiers of 26 characters that sort by time (ULID: 48 bits of milliseconds, 80 random bits, Crockford's
 * base 32). Two ids of one millisecond are in no particular order.
 *
 * They are put together as bytes: who writes an id reads its characters, and a string that was joined from parts would
 * first be made whole for that, which costs more than all the rest.
 */
export class UlidGenerator {
  readonly #random = new Uint8Array(RANDOM_BYTES);
  #used = RANDOM_BYTES;
  #timeMs = -1;
  readonly #bytes = Buffer.alloc(ID_CHARS);

  /** `nowMs`: milliseconds since 1970, below 2^48. */
  next(nowMs: number): string {
    if (nowMs !== this.#timeMs) this.#writeTime(nowMs);
    if (this.#used === RANDOM_BYTES) {
      crypto.getRandomValues(this.#random);
      this.#used = 0;
    }
    const bytes = this.#bytes;
    const random = this.#random;
    let used = this.#used;
    for (let i = TIME_CHARS; i < ID_CHARS; i++) bytes[i] = CODES[random[used++]! & 31]!;
    this.#used = used;
    return bytes.toString("latin1");
  }

  /** Ten characters, the first of 3 bits. */
  #writeTime(nowMs: number): void {
    this.#timeMs = nowMs;
    let rest = Math.trunc(nowMs);
    for (let i = TIME_CHARS - 1; i >= 0; i--) {
      this.#bytes[i] = CODES[rest % 32]!;
      rest = Math.floor(rest / 32);
    }
  }
}
