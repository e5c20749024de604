import type { Codec, CodecContext } from "./codec.ts";
import { ClearCodec } from "./clear_codec.ts";
import { Http1Connection } from "./http1/connection.ts";
import { Http2Connection } from "./http2/connection.ts";

const HTTP_1 = "http/1.1";
const HTTP_2 = "h2";

/** The codecs by their ALPN protocol id (RFC 7301), the preferred one first. */
const CODECS: ReadonlyMap<string, (context: CodecContext) => Codec> = new Map([
  [HTTP_2, (context: CodecContext): Codec => new Http2Connection(context)],
  [HTTP_1, (context: CodecContext): Codec => new Http1Connection(context)],
]);

/** What a TLS listener offers. */
export const ALPN_PROTOCOLS: readonly string[] = [...CODECS.keys()];

/** The codec for what the handshake agreed on; `protocol` is null for clients without ALPN. */
export function makeCodec(protocol: string | null, context: CodecContext): Codec {
  const make = CODECS.get(protocol ?? HTTP_1) ?? CODECS.get(HTTP_1)!;
  return make(context);
}

/** The codec for a connection in the clear. `h2c`: the listener takes HTTP/2 by prior knowledge (RFC 9113, 3.3). */
export function makeClearCodec(h2c: boolean, context: CodecContext): Codec {
  if (!h2c) return new Http1Connection(context);
  return new ClearCodec(
    context,
    () => new Http1Connection(context),
    () => new Http2Connection(context),
  );
}
