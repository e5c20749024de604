import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from "node:zlib";
import type { Anomaly } from "../anomalies.ts";

/** The body behind its Content-Encoding, or what keeps it from being read. */
export type Inflated =
  | { readonly bytes: Uint8Array; readonly anomalies: readonly Anomaly[] }
  | { readonly bytes: null; readonly anomalies: readonly Anomaly[] };

/** [SECURITY] Bomb guard: output per input byte beyond the first 64 KiB. Text compresses to about a tenth. */
const MAX_RATIO = 100;
const FREE_BYTES = 64 * 1024;
const MAX_LAYERS = 3;

/** Undoes the encodings of a Content-Encoding value, last first, within `maxBytes` of output. */
export function inflateBody(bytes: Uint8Array, contentEncoding: string, maxBytes: number): Inflated {
  const layers = contentEncoding.toLowerCase().split(",").map((each) => each.trim()).filter((each) =>
    each !== "" && each !== "identity"
  );
  const anomalies: Anomaly[] = layers.length > 1 ? ["encoding-repeated"] : [];
  if (layers.length > MAX_LAYERS) return { bytes: null, anomalies: [...anomalies, "encoding-too-large"] };
  const limit = Math.min(maxBytes, Math.max(FREE_BYTES, bytes.length * MAX_RATIO));
  let current = bytes;
  for (const layer of layers.reverse()) {
    const inflate = DECODERS[layer];
    if (inflate === undefined) return { bytes: null, anomalies: [...anomalies, "encoding-unknown"] };
    try {
      current = inflate(current, limit);
    } catch (thrown) {
      return {
        bytes: null,
        anomalies: [...anomalies, isTooLarge(thrown) ? "encoding-too-large" : "encoding-malformed"],
      };
    }
  }
  return { bytes: current, anomalies };
}

type Decoder = (bytes: Uint8Array, maxOutputLength: number) => Uint8Array;

const DECODERS: Readonly<Record<string, Decoder>> = Object.freeze({
  "gzip": (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  "x-gzip": (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  "br": (bytes, maxOutputLength) => toItsEnd(brotliDecompressSync, bytes, maxOutputLength),
  "zstd": (bytes, maxOutputLength) => toItsEnd(zstdDecompressSync, bytes, maxOutputLength),
  "deflate": (bytes, maxOutputLength) =>
    toItsEnd(hasZlibHeader(bytes) ? inflateSync : inflateRawSync, bytes, maxOutputLength),
});

/** What zlib's functions return when asked for `info`; its types do not say so. */
interface WithInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/**
 * [SECURITY] Bytes behind the end of the compressed stream are nothing to who inflates it, and the rest of a form to
 * who does not know the encoding (PHP, Django, servlets), with whatever stands first in them.
 */
function toItsEnd(
  inflate: (bytes: Uint8Array, options: { maxOutputLength: number; info: true }) => unknown,
  bytes: Uint8Array,
  maxOutputLength: number,
): Uint8Array {
  const { buffer, engine } = inflate(bytes, { maxOutputLength, info: true }) as WithInfo;
  if (engine.bytesWritten < bytes.length) throw new RangeError("bytes behind the compressed stream");
  return buffer;
}

/** `deflate` means zlib (RFC 9110, 8.4.1.2), but raw deflate is sent and accepted as well. */
function hasZlibHeader(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && (bytes[0]! & 15) === 8 && ((bytes[0]! << 8) | bytes[1]!) % 31 === 0;
}

function isTooLarge(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "ERR_BUFFER_TOO_LARGE";
}
