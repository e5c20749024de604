import { type IncomingHttpHeaders, request as requestClear } from "node:http";
import { request as requestTls } from "node:https";

export interface Ask {
  readonly port: number;
  /** Name in the Host field and, over TLS, in the handshake. */
  readonly host: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The body's length is not declared. */
  readonly chunked?: boolean;
  /** PEM of the authority that must have signed the server's certificate; in the clear where absent. */
  readonly ca?: string;
  /** Name of the handshake where it differs from `host`. */
  readonly serverName?: string;
  /** The certificate's names need not cover `serverName`. */
  readonly anyName?: boolean;
  /** Address of this machine to come from; loopback where absent. */
  readonly from?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const DEADLINE_MS = 30_000;

/** One request to loopback on a connection of its own. Rejects where the connection breaks before the answer's end. */
export function ask(what: Ask): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options = {
    host: "127.0.0.1",
    port: what.port,
    path: what.path,
    method: what.method ?? "GET",
    headers: {
      host: what.host,
      ...(what.body === undefined || what.chunked === true ? {} : { "content-length": lengthOf(what.body) }),
      ...what.headers,
    },
    agent: false,
    ...(what.from === undefined ? {} : { localAddress: what.from }),
    timeout: DEADLINE_MS,
  } as const;
  const sent = what.ca === undefined ? requestClear(options) : requestTls({
    ...options,
    ca: what.ca,
    servername: what.serverName ?? what.host,
    ...(what.anyName === true ? { checkServerIdentity: () => undefined } : {}),
  });
  sent.on("response", (answer) => {
    const chunks: Uint8Array[] = [];
    answer.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    answer.on("error", reject);
    answer.on("end", () => {
      const text = new TextDecoder().decode(join(chunks));
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
    });
  });
  sent.on("timeout", () => sent.destroy(new Error(`no answer for ${what.path} within ${DEADLINE_MS} ms`)));
  sent.on("error", reject);
  sent.end(what.body);
  return promise;
}

function lengthOf(body: string | Uint8Array): number {
  return typeof body === "string" ? new TextEncoder().encode(body).length : body.length;
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
