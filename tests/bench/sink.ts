/** Noise, as compressed files and video are to whoever looks into them. */
const NOISE: Uint8Array<ArrayBuffer> = crypto.getRandomValues(new Uint8Array(65_536));

/** `bytes` of noise, a multiple of its length. */
export function noise(bytes: number): ReadableStream<Uint8Array> {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close();
      left -= NOISE.length;
      controller.enqueue(NOISE.slice());
    },
  });
}

export interface Sink {
  readonly port: number;
  stop(): Promise<void>;
}

/** A target that sends and takes bodies of any size, and echoes over WebSockets. */
export function startSink(): Sink {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/ws") {
      const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
      socket.onmessage = (event) => socket.send(event.data);
      return response;
    }
    if (pathname === "/noise") return new Response(noise(Number(searchParams.get("bytes"))));
    let bytes = 0;
    for await (const part of request.body ?? []) bytes += part.length;
    return new Response(String(bytes));
  });
  return { port: server.addr.port, stop: () => server.shutdown() };
}
