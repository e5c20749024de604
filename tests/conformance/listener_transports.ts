import { CertificateSelector } from "../../src/gateway/listener/certificates.ts";
import type { Listener } from "../../src/gateway/listener/front.ts";
import type { ListenerHandler } from "../../src/core/listener.ts";
import { TestAuthority } from "../support/raw_certificates.ts";
import { RawClient } from "../support/raw_client.ts";
import { type RunOptions, withListener } from "../support/raw_listener.ts";

/** A way to reach a listener: how it is started, and how a client connects to it. */
export interface Transport {
  readonly name: string;
  run(
    handler: ListenerHandler,
    options: Pick<RunOptions, "settings">,
    test: (connect: () => Promise<RawClient>, listener: Listener) => Promise<void>,
  ): Promise<void>;
}

/** HTTP/1.1 in the clear and over TLS. */
export function http1Transports(): Transport[] {
  const authority = new TestAuthority();
  const pair = authority.issue("local", ["localhost"]);
  return [
    {
      name: "clear",
      run: (handler, options, test) =>
        withListener(handler, options, (listener) => test(() => RawClient.clear(listener.port), listener)),
    },
    {
      name: "tls",
      run: (handler, options, test) =>
        withListener(
          handler,
          { ...options, certificates: new CertificateSelector([pair], pair) },
          (listener) => test(() => RawClient.tls(listener.port, authority.pem), listener),
        ),
    },
  ];
}
