import type { CertificateSelector } from "./certificates.ts";
import type { ClientHello } from "./client_hello.ts";
import type { Codec, CodecContext } from "./codec.ts";

/** Who speaks on a connection instead of HTTP. */
export interface Route {
  /** TLS ends here, with these certificates and protocols; null: its bytes are passed as they are. */
  readonly tls: { readonly certificates: CertificateSelector; readonly alpn: readonly string[] } | null;
  /** False: the connection is closed. True: `codec` or `failed` follows. `serverName` is empty where none is known. */
  admit(peerAddress: string, serverName: string): boolean;
  /** `serverName`: what a TLS client asked for, else empty. The socket is paused. */
  codec(context: CodecContext, serverName: string): Codec;
  /** The connection ended before there was a codec. */
  failed(peerAddress: string, serverName: string, detail: string): void;
}

/** Chooses by what is known before HTTP begins. */
export interface ConnectionRouter {
  /** False: the choice needs no byte of the client, as for protocols in which the server speaks first. */
  readonly readsHello: boolean;
  /**
   * `hello` is null where the client does not speak TLS, or nothing was read. null: not ours; HTTP is spoken, or where
   * there is none the connection is closed.
   */
  route(hello: ClientHello | null): Route | null;
}
