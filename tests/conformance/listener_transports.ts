import { CertificateSelector } from "../../src/gateway/listener/certificates.ts";
import type { Listener } from "../../src/gateway/listener/front.ts";
import type { ListenerHandler } from "../../src/core/listener.ts";
import { TestAuthority } from "../support/raw_certificates.ts";
import { RawClient } from "../support/raw_client.ts";
import { type RunOptions, withListener } from "../support/raw_listener.ts";

/** A way to reach a listener: how it is started, and how a client connects to it. */
export interface Transport {
  readonly name: string;
  readonly scheme: "http" | "https";
  run(
    handler: ListenerHandler,
    options: Pick<RunOptions, "settings">,
    test: (connect: () => Promise<RawClient>, listener: Listener) => Promise<void>,
  ): Promise<void>;
}

/** HTTP/1.1 in the clear and over TLS. */
export function http1Transports(): Transport[] {
  return transports("http/1.1", {});
}

/** HTTP/2 by prior knowledge in the clear, and by ALPN over TLS. */
export function http2Transports(): Transport[] {
  return transports("h2", { h2c: true });
}

function transports(protocol: string, clear: Pick<RunOptions, "h2c">): Transport[] {
  const authority = new TestAuthority();
  const pair = authority.issue("local", ["localhost"]);
  return [
    {
      name: "clear",
      scheme: "http",
      run: (handler, options, test) =>
        withListener(
          handler,
          { ...options, ...clear },
          (listener) => test(() => RawClient.clear(listener.port), listener),
        ),
    },
    {
      name: "tls",
      scheme: "https",
      run: (handler, options, test) =>
        withListener(
          handler,
          { ...options, certificates: new CertificateSelector([pair], pair) },
          (listener) => test(() => RawClient.tls(listener.port, authority.pem, [protocol]), listener),
        ),
    },
  ];
}
