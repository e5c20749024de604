import assert from "node:assert/strict";
import { systemClock } from "../../core/clock.ts";
import { STREAM_DEFAULTS, type StreamRecord } from "../../core/stream.ts";
import { DeadlineSweep } from "../../lib/deadline_sweep.ts";
import { UlidGenerator } from "../../lib/ulid.ts";
import { createStreamCells, StreamCells } from "../shared_streams.ts";
import { Dialer } from "../upstream/dialer.ts";
import { Resolver, systemLookup } from "../upstream/resolver.ts";
import { compileStreams } from "./compiled_stream.ts";
import { UdpPort } from "./udp_port.ts";

/** A UDP socket of this machine, and the next datagram that it gets. */
function udpSocket() {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  return { socket, port: (socket.addr as Deno.NetAddr).port };
}

Deno.test("a client that is banned while it talks by UDP is given up", async () => {
  const echo = udpSocket();
  const echoing = (async () => {
    for await (const [bytes, from] of echo.socket) await echo.socket.send(bytes, from);
  })();
  const free = udpSocket();
  free.socket.close();
  const [stream] = compileStreams({
    streams: [{
      ...STREAM_DEFAULTS,
      id: "s1",
      origin: "file",
      created_at: 0,
      updated_at: 0,
      version: 1,
      name: "echo",
      listen: `127.0.0.1:${free.port}`,
      protocol: "udp",
      upstream: `127.0.0.1:${echo.port}`,
    }],
    targetSlots: { s1: 0 },
    certificates: [],
  });
  const resolver = new Resolver(systemClock, systemLookup);
  const dialer = new Dialer(resolver, new DeadlineSweep(systemClock));
  const rows: StreamRecord[] = [];
  const banned = new Set<string>();
  const port = new UdpPort(stream!, "127.0.0.1", free.port, {
    services: {
      clock: systemClock,
      cells: new StreamCells(createStreamCells(1, 8), 1, 0),
      dialer,
      ids: new UlidGenerator(),
      log: { add: (row) => void rows.push(row) },
      isBanned: (client) => banned.has(client),
      endReason: () => "stop",
    },
    resolver,
    handler: { connected: () => true, disconnected: () => {}, exchange: () => {}, refused: () => {} },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    allowPrivate: () => true,
  });
  const client = udpSocket();
  try {
    const aegis = { transport: "udp", hostname: "127.0.0.1", port: free.port } as const;
    await client.socket.send(new Uint8Array([7]), aegis);
    assert.deepEqual((await client.socket.receive())[0], new Uint8Array([7]));
    port.endBanned();
    assert.equal(port.clients, 1, "nobody is banned");
    banned.add("127.0.0.1");
    port.endBanned();
    assert.equal(port.clients, 0);
    assert.deepEqual(rows.map(({ client, end }) => [client, end]), [["127.0.0.1", "ban"]]);
  } finally {
    port.close();
    client.socket.close();
    echo.socket.close();
    await echoing;
    dialer.close();
  }
});
