import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A plain application for Aegis to stand before: tells its name and what it was asked, and a few special answers. */
export interface DemoTarget {
  readonly url: string;
  readonly port: number;
  /** Requests seen so far. */
  readonly requests: () => number;
  /** Ends it as a crash would: open connections break. */
  close(): Promise<void>;
}

export type Answerer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * `special`: answers by path; every other path is answered with name, method, path and the length of the body.
 * `before`: is asked first, whatever the path; true: it has answered.
 */
export async function startDemoTarget(
  name: string,
  special: Readonly<Record<string, Answerer>> = {},
  port = 0,
  before: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<DemoTarget> {
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    requests++;
    if (before(request, response)) return;
    const path = request.url!.split("?")[0]!;
    (Object.hasOwn(special, path) ? special[path]! : echo)(request, response);
  });
  function echo(request: IncomingMessage, response: ServerResponse): void {
    let bytes = 0;
    request.on("data", (chunk: Uint8Array) => bytes += chunk.length);
    request.on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ name, method: request.method, url: request.url, bytes }));
    });
  }
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(port, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    requests: () => requests,
    async close() {
      const closed = new Promise((resolve) => server.once("close", resolve));
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
