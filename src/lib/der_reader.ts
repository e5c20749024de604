/** One element of DER (ITU-T X.690): its tag byte, and where it stands. */
export interface DerElement {
  readonly tag: number;
  /** With tag and length. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

/** Thrown where bytes are no DER; callers turn it into what they say. */
export class DerError extends Error {}

/** Steps through the elements of a constructed one. Strict: definite, minimal lengths within the bounds. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The tag of the next element; 0 at the end. */
  get nextTag(): number {
    return this.#bytes[this.#at] ?? 0;
  }

  next(): DerElement {
    const bytes = this.#bytes;
    const start = this.#at;
    const tag = bytes[start];
    let length = bytes[start + 1];
    if (tag === undefined || length === undefined) throw new DerError("the bytes end before an element");
    if ((tag & 0x1f) === 0x1f) throw new DerError("a tag of more than one byte");
    let at = start + 2;
    if (length > 0x80) {
      const digits = length & 0x7f;
      if (digits > 4) throw new DerError("a length of more than four bytes");
      length = 0;
      for (let i = 0; i < digits; i++) length = length * 256 + (bytes[at++] ?? NaN);
    } else if (length === 0x80) throw new DerError("an indefinite length");
    const end = at + length;
    if (!(end <= bytes.length)) throw new DerError("an element reaches past the end");
    this.#at = end;
    return { tag, whole: bytes.subarray(start, end), content: bytes.subarray(at, end) };
  }

  /** The next element, which must have this tag. */
  expect(tag: number): DerElement {
    const found = this.next();
    if (found.tag !== tag) throw new DerError(`tag ${found.tag} where ${tag} belongs`);
    return found;
  }

  /** The content of the next element, which must have this tag, as a reader. */
  enter(tag: number): DerReader {
    return new DerReader(this.expect(tag).content);
  }

  /** Leaves out the next element where it has this tag. */
  skip(tag: number): void {
    if (this.nextTag === tag) this.next();
  }
}

/** Numbers parted by dots, of the content of an OBJECT IDENTIFIER. */
export function oidText(content: Uint8Array): string {
  const arcs: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(value / 40));
      arcs.push(first, value - first * 40);
    } else arcs.push(value);
    value = 0;
  }
  return arcs.join(".");
}
