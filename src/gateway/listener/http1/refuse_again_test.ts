import assert from "node:assert/strict";
import { RawClient } from "../../../../tests/support/raw_client.ts";
import { TestHandler, withListener } from "../../../../tests/support/raw_listener.ts";
import { HeaderList } from "../../../core/header_list.ts";
import { prepareBody, PreparedAnswer } from "../../../core/prepared_answer.ts";

const HEAD = "GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n";

/** What stands behind the listener refuses every request, each time with a refusal that lasts while `takes` is true. */
function refusing() {
  const world = { takes: true, taken: 0 };
  const headers = HeaderList.from([["content-type", "application/json"]]);
  const answer = new PreparedAnswer(403, headers, prepareBody(`{"request_id":"ID"}`, ["ID"]));
  const handler = new TestHandler((exchange) => {
    exchange.response.sendPrepared(answer, [exchange.id]);
    exchange.lasting = {
      answer,
      partsFor: (id) => [id],
      takes: () => {
        if (world.takes) world.taken++;
        return world.takes;
      },
    };
  });
  return { handler, world };
}

Deno.test("a refusal that lasts answers its request again, with an id and a date of its own, and makes no exchange", async () => {
  const { handler, world } = refusing();
  await withListener(handler, {}, async ({ port }) => {
    const client = await RawClient.clear(port);
    const ids = new Set<string>();
    for (let i = 0; i < 4; i++) {
      await client.write(HEAD);
      const { status, headers, body } = await client.readResponse();
      const fields = new Map(headers);
      const id = fields.get("x-request-id")!;
      assert.equal(status, 403);
      assert.deepEqual(JSON.parse(body.toString()), { request_id: id });
      assert.ok(Number.isFinite(Date.parse(fields.get("date")!)));
      ids.add(id);
    }
    assert.equal(ids.size, 4);
    client.close();
  });
  // The first is read byte by byte, and nothing refused it before.
  assert.deepEqual([handler.exchanges.length, world.taken], [1, 3]);
});

Deno.test("once it does not last, the same request is judged anew", async () => {
  const { handler, world } = refusing();
  await withListener(handler, {}, async ({ port }) => {
    const client = await RawClient.clear(port);
    for (const takes of [true, true, false, true]) {
      world.takes = takes;
      await client.write(HEAD);
      assert.equal((await client.readResponse()).status, 403);
    }
    client.close();
  });
  assert.deepEqual([handler.exchanges.length, world.taken], [2, 2]);
});

Deno.test("requests that are sent ahead are answered so as well, in their order", async () => {
  const { handler, world } = refusing();
  await withListener(handler, {}, async ({ port }) => {
    const client = await RawClient.clear(port);
    await client.write(HEAD + HEAD + HEAD.replace("GET", "PUT") + HEAD);
    for (let i = 0; i < 4; i++) assert.equal((await client.readResponse()).status, 403);
    client.close();
  });
  assert.deepEqual(handler.exchanges.map(({ request }) => request.method), ["GET", "PUT", "GET"]);
  assert.equal(world.taken, 1);
});

Deno.test("any other byte, and whatever is answered in another way is judged anew", async () => {
  const { handler, world } = refusing();
  const streams: [string, string[]][] = [
    ["another path", [HEAD, HEAD.replace("/a", "/b"), HEAD]],
    ["another field", [HEAD, HEAD.replace("a.test", "b.test"), HEAD]],
    [
      "another client by a proxy's word",
      ["203.0.113.8", "203.0.113.9"].map((client) =>
        HEAD.replace("\r\n\r\n", `\r\nX-Forwarded-For: ${client}\r\n\r\n`)
      ),
    ],
    ["HEAD", [HEAD.replace("GET", "HEAD"), HEAD.replace("GET", "HEAD")]],
    [
      "HTTP/1.0",
      Array(2).fill(HEAD.replace("1.1", "1.0").replace("\r\n\r\n", "\r\nConnection: keep-alive\r\n\r\n")),
    ],
    [
      "a body",
      Array(2).fill(HEAD.replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 2\r\n\r\nok")),
    ],
  ];
  await withListener(handler, {}, async ({ port }) => {
    for (const [name, requests] of streams) {
      handler.exchanges.length = 0;
      const client = await RawClient.clear(port);
      for (const request of requests) {
        await client.write(request);
        const { status } = await client.readResponse(request.startsWith("HEAD") ? "HEAD" : "GET");
        assert.equal(status, 403, name);
      }
      client.close();
      assert.deepEqual([handler.exchanges.length, world.taken], [requests.length, 0], name);
    }
  });
});
