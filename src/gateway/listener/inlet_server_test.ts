import { Buffer } from "node:buffer";
import { deepEqual, equal, ok } from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { InletServer, InletSocket } from "./inlet_server.ts";

/** A connection and its accepted end; both and the server are gone afterwards. */
async function withPair(test: (client: Socket, accepted: InletSocket) => Promise<void>): Promise<void> {
  const accepting = Promise.withResolvers<Socket>();
  const server = new InletServer(accepting.resolve);
  server.listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const client = connect({
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    allowHalfOpen: true,
  });
  const accepted = await accepting.promise;
  ok(accepted instanceof InletSocket);
  await test(client, accepted);
  const closed = once(server, "close");
  server.close();
  client.destroy();
  accepted.destroy();
  await closed;
}

Deno.test("what was read stays as it was when more is read", () =>
  withPair(async (client, accepted) => {
    const chunks: Buffer[] = [];
    accepted.reader = (chunk) => {
      chunks.push(chunk);
      if (chunks.length < 3) client.write(`piece ${chunks.length}`);
      else client.end();
    };
    client.write("piece 0");
    await once(accepted, "end");
    deepEqual(chunks.map(String), ["piece 0", "piece 1", "piece 2"]);
  }));

Deno.test("a reader that pauses holds the sender back and loses nothing; the end comes after the last byte", () =>
  withPair(async (client, accepted) => {
    const sent = Buffer.alloc(3_000_000, "0123456789abcdefg");
    const read: Buffer[] = [];
    let isPaused = false;
    accepted.reader = (chunk) => {
      equal(isPaused, false);
      read.push(chunk);
      isPaused = true;
      accepted.pause();
      setTimeout(() => {
        isPaused = false;
        accepted.resume();
      });
    };
    client.end(sent);
    await once(accepted, "end");
    ok(Buffer.concat(read).equals(sent));
    // Its own half is still open.
    accepted.end("answer");
    const [answer] = await once(client, "data");
    equal(String(answer), "answer");
  }));

Deno.test("without a reader bytes come through the stream, which can be paused and taken back", () =>
  withPair(async (client, accepted) => {
    client.write("one two");
    const [first] = await once(accepted, "data");
    accepted.pause();
    accepted.unshift(first.subarray(4));
    client.end(" three");
    const read: Buffer[] = [];
    accepted.on("data", (chunk: Buffer) => read.push(chunk));
    accepted.resume();
    await once(accepted, "end");
    equal(String(Buffer.concat(read)), "two three");
  }));
