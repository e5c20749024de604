import type { Codec, CodecContext } from "./codec.ts";
import { Http1Connection } from "./http1/connection.ts";

const HTTP_1 = "http/1.1";

/** The codecs by their ALPN protocol id (RFC 7301), the preferred one first. */
const CODECS: ReadonlyMap<string, (context: CodecContext) => Codec> = new Map([
  [HTTP_1, (context: CodecContext): Codec => new Http1Connection(context)],
]);

/** What a TLS listener offers. */
export const ALPN_PROTOCOLS: readonly string[] = [...CODECS.keys()];

/** The codec for what the handshake agreed on; `protocol` is null in the clear and for clients without ALPN. */
export function makeCodec(protocol: string | null, context: CodecContext): Codec {
  const make = CODECS.get(protocol ?? HTTP_1) ?? CODECS.get(HTTP_1)!;
  return make(context);
}
