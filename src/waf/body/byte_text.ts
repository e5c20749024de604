import { Buffer, isUtf8 } from "node:buffer";

// A decoder that throws costs ten times as much where bytes are no UTF-8.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The text of a byte string (one char a byte): UTF-8 where it is valid, else unchanged, so that broken and overlong
 * sequences stay visible to the rules. A string that already holds wider characters is returned as it is.
 */
export function bytesToText(bytes: string): string {
  // All bits of all characters: a branch for each would cost more.
  let bits = 0;
  for (let i = 0; i < bytes.length; i++) bits |= bytes.charCodeAt(i);
  if (bits <= 0x7f || bits > 0xff) return bytes;
  const buffer = Buffer.from(bytes, "latin1");
  return isUtf8(buffer) ? utf8.decode(buffer) : bytes;
}

/** The same for bytes: UTF-8 where all of them are, else one char a byte. */
export function utf8OrBytes(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return utf8.decode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
