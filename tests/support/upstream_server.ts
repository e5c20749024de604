import { once } from "node:events";
import http from "node:http";
import type { AddressInfo, Server, Socket } from "node:net";
import net from "node:net";
import tls from "node:tls";

/** A server on a free loopback port, with every socket it accepted, so that a test can close all of it. */
export interface TestUpstream {
  readonly port: number;
  readonly url: string;
  /** Sockets open now, oldest first. */
  readonly sockets: readonly Socket[];
  /** How many were ever accepted. */
  readonly accepted: () => number;
  /** Resets what is open. May be called again. */
  close(): Promise<void>;
}

/** Raw TCP: what `onSocket` does is all that happens. */
export function startRawUpstream(
  onSocket: (socket: Socket) => void,
  options: { allowHalfOpen?: boolean } = {},
): Promise<TestUpstream> {
  return listen(net.createServer(options, onSocket), "connection", "http");
}

/** Raw bytes over TLS. */
export function startTlsUpstream(
  pair: { cert: string; key: string },
  onSocket: (socket: Socket) => void,
): Promise<TestUpstream> {
  return listen(
    tls.createServer({ ...pair, ALPNProtocols: ["http/1.1"] }, onSocket),
    "secureConnection",
    "https",
  );
}

/** Node's own HTTP server. */
export function startHttpUpstream(handler: http.RequestListener, configure?: (server: http.Server) => void) {
  const server = http.createServer(handler);
  configure?.(server);
  return listen(server, "connection", "http");
}

/** Answers every request on a connection with the same bytes, once its head (and no body) has arrived. */
export function answerWith(response: string | Uint8Array): (socket: Socket) => void {
  return (socket) => {
    let held = "";
    socket.on("data", (chunk: Uint8Array) => {
      held += new TextDecoder("latin1").decode(chunk);
      for (let end = held.indexOf("\r\n\r\n"); end >= 0; end = held.indexOf("\r\n\r\n")) {
        held = held.slice(end + 4);
        if (typeof response === "string") socket.write(response, "latin1");
        else socket.write(response);
      }
    });
  };
}

async function listen(server: Server, event: string, scheme: string): Promise<TestUpstream> {
  const sockets: Socket[] = [];
  let accepted = 0;
  server.prependListener(event, (socket: Socket) => {
    accepted++;
    sockets.push(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.splice(sockets.indexOf(socket), 1));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  let closing: Promise<unknown> | null = null;
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}`,
    sockets,
    accepted: () => accepted,
    async close() {
      if (closing === null) {
        closing = once(server, "close");
        server.close();
        for (const socket of [...sockets]) socket.destroy();
      }
      await closing;
    },
  };
}
