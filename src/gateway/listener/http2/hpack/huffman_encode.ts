import type { ByteWriter } from "../../../../lib/byte_writer.ts";
import { HUFFMAN_BITS, HUFFMAN_CODES } from "./tables.gen.ts";

const BITS = Uint8Array.from(HUFFMAN_BITS);
const CODES = Uint32Array.from(HUFFMAN_CODES);
/** EOS, whose first bits fill the last byte, is all ones (RFC 7541, 5.2). */
const PADDING = 0xff;

/** Bytes that `text`, a byte string, takes in Huffman code. */
export function huffmanEncodedBytes(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += BITS[text.charCodeAt(i) & 0xff]!;
  return (bits + 7) >>> 3;
}

/** Writes the Huffman code of `text`; `bytes` is what `huffmanEncodedBytes` says of it. */
export function huffmanEncode(text: string, bytes: number, out: ByteWriter): void {
  out.reserve(bytes);
  const { buffer } = out;
  let at = out.length;
  // Up to seven bits wait in `held` for the next code of at most 30; a code is taken in two halves to stay in 32.
  let held = 0;
  let heldBits = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 0xff;
    let bits = BITS[symbol]!;
    const code = CODES[symbol]!;
    if (bits > 15) {
      bits -= 15;
      held = (held << bits) | (code >>> 15);
      heldBits += bits;
      while (heldBits >= 8) buffer[at++] = held >>> (heldBits -= 8);
      held = (held << 15) | (code & 0x7fff);
      heldBits += 15;
    } else {
      held = (held << bits) | code;
      heldBits += bits;
    }
    while (heldBits >= 8) buffer[at++] = held >>> (heldBits -= 8);
    held &= (1 << heldBits) - 1;
  }
  if (heldBits > 0) buffer[at++] = (held << (8 - heldBits)) | (PADDING >>> heldBits);
  out.length = at;
}
