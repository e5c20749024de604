/**
 * Bytes that are put together piece by piece, in one buffer that grows and is used again.
 *
 * `buffer` and `length` are open to encoders: after `reserve(n)` they may write n bytes at `length` and move it on.
 */
export class ByteWriter {
  buffer: Uint8Array;
  /** Bytes written. */
  length = 0;

  constructor(capacityBytes = 512) {
    this.buffer = new Uint8Array(capacityBytes);
  }

  /** Makes room for `bytes` more. `buffer` may be another one afterwards. */
  reserve(bytes: number): void {
    const wanted = this.length + bytes;
    if (wanted <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(wanted, this.buffer.length * 2));
    grown.set(this.written());
    this.buffer = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  uint16(value: number): void {
    this.reserve(2);
    this.buffer[this.length++] = value >>> 8;
    this.buffer[this.length++] = value;
  }

  uint24(value: number): void {
    this.reserve(3);
    this.buffer[this.length++] = value >>> 16;
    this.buffer[this.length++] = value >>> 8;
    this.buffer[this.length++] = value;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.buffer[this.length++] = value >>> 24;
    this.buffer[this.length++] = value >>> 16;
    this.buffer[this.length++] = value >>> 8;
    this.buffer[this.length++] = value;
  }

  /** A copy of `chunk`. */
  bytes(chunk: Uint8Array): void {
    this.reserve(chunk.length);
    this.buffer.set(chunk, this.length);
    this.length += chunk.length;
  }

  /** A byte string, one byte a character; what a byte cannot hold loses its upper bits. */
  byteString(text: string): void {
    this.reserve(text.length);
    const { buffer } = this;
    let at = this.length;
    for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i);
    this.length = at;
  }

  /** What is written so far; valid until the next write. */
  written(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  /** Begins anew in the same buffer, or in one of `keepBytes` where it has grown beyond. */
  clear(keepBytes = Infinity): void {
    this.length = 0;
    if (this.buffer.length > keepBytes) this.buffer = new Uint8Array(keepBytes);
  }
}
