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
  if (bits <= 0x7f || bits > 0xff || !mayBeUtf8(bytes)) return bytes;
  const buffer = Buffer.from(bytes, "latin1");
  return isUtf8(buffer) ? utf8.decode(buffer) : bytes;
}

/** False where a sequence has too few bytes or too many: what is no text is told so without a copy of it. */
function mayBeUtf8(bytes: string): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes.charCodeAt(at);
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    for (let more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3; more > 0; more--) {
      if ((bytes.charCodeAt(++at) & 0xc0) !== 0x80) return false;
    }
  }
  return true;
}

/** The text of bytes; null where they are no UTF-8. */
export function utf8Text(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? utf8.decode(bytes) : null;
}

/** The same for bytes: UTF-8 where all of them are, else one char a byte. */
export function utf8OrBytes(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return utf8.decode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
