import assert from "node:assert/strict";
import { bucketOf } from "../lib/log_histogram.ts";
import { type Tallied, TallyBook } from "./request_tally.ts";

const REQUEST: Tallied = {
  hostId: "h1",
  at: 60_000 * 10 + 5,
  client: "192.0.2.1",
  status: 200,
  requestBytes: 10,
  responseBytes: 1_000,
  latencyMs: 40,
  upstreamMs: 30,
};

Deno.test("requests are summed by host and minute, and handed over once", () => {
  const book = new TallyBook();
  book.add({ ...REQUEST, country: "SE" });
  book.add({ ...REQUEST, status: 404, latencyMs: 80, upstreamMs: -1 });
  book.add({ ...REQUEST, hostId: "h2", status: 502, client: "192.0.2.2" });
  book.add({ ...REQUEST, at: REQUEST.at + 60_000 });
  const [first, second, third] = book.take();
  assert.deepEqual(first, {
    hostId: "h1",
    minute: 600_000,
    requests: 2,
    clientErrors: 1,
    serverErrors: 0,
    requestBytes: 20,
    responseBytes: 2_000,
    total: [[bucketOf(40), 1], [bucketOf(80), 1]],
    added: [[bucketOf(10), 1], [bucketOf(80), 1]],
    clients: [["192.0.2.1", 2]],
    countries: [["SE", 1], ["", 1]],
  });
  assert.deepEqual([second!.hostId, second!.serverErrors, third!.minute], ["h2", 1, 660_000]);
  assert.ok(book.isEmpty);
  assert.deepEqual(book.take(), []);
});

Deno.test("however many clients come, a thousand are told apart and the rest is summed", () => {
  const book = new TallyBook();
  for (let i = 0; i < 1_500; i++) book.add({ ...REQUEST, client: `client ${i}` });
  book.add({ ...REQUEST, client: "client 0" });
  const { clients } = book.take()[0]!;
  assert.equal(clients.length, 1_001);
  assert.deepEqual(clients[0], ["client 0", 2]);
  assert.deepEqual(clients.at(-1), ["", 500]);
});
