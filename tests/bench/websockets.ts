import { connect, type Socket } from "node:net";
import { Buffer } from "node:buffer";

export interface EchoResult {
  readonly openMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What `memory` said while all were open. */
  readonly residentBytes: number;
}

/** Sockets that are being opened at a time: a listener's backlog is finite. */
const OPENING = 100;
const PAYLOAD = "hello";

/** Opens `count` WebSockets to `/ws` of `authority`, sends one message over each at once and waits for every echo. */
export async function echoOver(authority: string, count: number, memory: () => number): Promise<EchoResult> {
  const startedAt = performance.now();
  const sockets: Socket[] = [];
  try {
    for (let i = 0; i < count; i += OPENING) {
      sockets.push(
        ...await Promise.all(Array.from({ length: Math.min(OPENING, count - i) }, () => open(authority))),
      );
    }
    const openMs = performance.now() - startedAt;
    const residentBytes = memory();
    const times = (await Promise.all(sockets.map(echo))).sort((a, b) => a - b);
    return { openMs, residentBytes, p50Ms: times[count >> 1]!, p99Ms: times[Math.floor(count * 0.99)]! };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

function open(authority: string): Promise<Socket> {
  const [host, port] = authority.split(":");
  const socket = connect({ host: host === "localhost" ? "127.0.0.1" : host!, port: Number(port) });
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: ${authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  return new Promise((resolve, reject) => {
    let head = "";
    const onData = (chunk: Buffer) => {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      socket.off("data", onData);
      socket.off("close", onClose);
      if (head.startsWith("HTTP/1.1 101 ")) resolve(socket);
      else reject(new Error(`no upgrade: ${head.slice(0, 200)}`));
    };
    const onClose = () => reject(new Error(`closed within the upgrade: ${head.slice(0, 200)}`));
    socket.on("data", onData);
    socket.on("close", onClose);
    socket.on("error", reject);
  });
}

/** Milliseconds until the message came back (RFC 6455 5.2: a masked text frame there, an unmasked one back). */
function echo(socket: Socket): Promise<number> {
  const startedAt = performance.now();
  const mask = Buffer.from([1, 2, 3, 4]);
  const payload = Buffer.from(PAYLOAD).map((byte, i) => byte ^ mask[i % 4]!);
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, payload]));
  return new Promise((resolve, reject) => {
    let got = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      if (got.length < 2 + PAYLOAD.length) return;
      if (got.subarray(2).toString() === PAYLOAD) resolve(performance.now() - startedAt);
      else reject(new Error(`an echo said ${got.toString("hex").slice(0, 80)}`));
    });
    socket.on("close", () => reject(new Error("closed before its echo")));
  });
}
