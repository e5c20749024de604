import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Reason } from "../../src/core/reason.ts";
import { ErrorCode, Flag, FrameType } from "../../src/gateway/listener/http2/frame.ts";
import { GET_FIELDS, H2Client, headerBlock, type Pairs } from "../support/h2_client.ts";
import { value } from "../support/raw_client.ts";
import { answerText, echo, fields, TestHandler } from "../support/raw_listener.ts";
import { http2Transports } from "./listener_transports.ts";

/** What a request of HTTP/2 may look like, and what becomes of those that may not. */

const [METHOD, SCHEME, AUTHORITY, PATH] = GET_FIELDS as [Pairs[0], Pairs[0], Pairs[0], Pairs[0]];

/** Refused with this reason; `status`: by an answer, else by RST_STREAM with PROTOCOL_ERROR. */
interface RefusedCase {
  readonly name: string;
  readonly fields: Pairs;
  readonly reason: Reason;
  readonly status?: number;
}

function withField(name: string, text: string): Pairs {
  return [...GET_FIELDS, [name, text]];
}

const REFUSED: readonly RefusedCase[] = [
  { name: "no :method", fields: [SCHEME, AUTHORITY, PATH], reason: "malformed" },
  { name: "no :scheme", fields: [METHOD, AUTHORITY, PATH], reason: "malformed" },
  { name: "no :path", fields: [METHOD, SCHEME, AUTHORITY], reason: "malformed" },
  { name: "empty :path", fields: [METHOD, SCHEME, AUTHORITY, [":path", ""]], reason: "malformed" },
  { name: ":path without slash", fields: [METHOD, SCHEME, AUTHORITY, [":path", "a"]], reason: "malformed" },
  {
    name: "absolute form in :path",
    fields: [METHOD, SCHEME, AUTHORITY, [":path", "http://a.test/"]],
    reason: "malformed",
  },
  { name: "space in :path", fields: [METHOD, SCHEME, AUTHORITY, [":path", "/a b"]], reason: "malformed" },
  {
    name: "second request in :path",
    fields: [METHOD, SCHEME, AUTHORITY, [":path", "/ HTTP/1.1\r\nhost: b.test\r\n\r\nGET /"]],
    reason: "smuggling",
  },
  { name: "LF in :method", fields: [[":method", "GET\n"], SCHEME, AUTHORITY, PATH], reason: "smuggling" },
  { name: "space in :method", fields: [[":method", "GET /x"], SCHEME, AUTHORITY, PATH], reason: "malformed" },
  { name: "NUL in :authority", fields: [METHOD, SCHEME, [":authority", "a\0"], PATH], reason: "smuggling" },
  { name: "unknown scheme", fields: [METHOD, [":scheme", "ftp"], AUTHORITY, PATH], reason: "malformed" },
  { name: ":path twice", fields: [...GET_FIELDS, PATH], reason: "malformed" },
  { name: ":authority twice", fields: [...GET_FIELDS, AUTHORITY], reason: "malformed" },
  { name: "unknown pseudo-header", fields: withField(":x", "1"), reason: "malformed" },
  { name: ":status of a client", fields: withField(":status", "200"), reason: "malformed" },
  { name: ":protocol of a GET", fields: withField(":protocol", "websocket"), reason: "malformed" },
  {
    name: "pseudo-header behind a field",
    fields: [METHOD, SCHEME, AUTHORITY, ["a", "1"], PATH],
    reason: "malformed",
  },
  { name: "upper case in a name", fields: withField("X-One", "1"), reason: "malformed" },
  { name: "space in a name", fields: withField("x one", "1"), reason: "malformed" },
  { name: "colon in a name", fields: withField("x:one", "1"), reason: "malformed" },
  { name: "empty name", fields: withField("", "1"), reason: "malformed" },
  { name: "CR and LF in a name", fields: withField("x\r\ny", "1"), reason: "smuggling" },
  { name: "CR and LF in a value", fields: withField("x-one", "1\r\nhost: b.test"), reason: "smuggling" },
  { name: "LF in a value", fields: withField("x-one", "1\n2"), reason: "smuggling" },
  { name: "NUL in a value", fields: withField("x-one", "1\x002"), reason: "smuggling" },
  { name: "control byte in a value", fields: withField("x-one", "1\x012"), reason: "malformed" },
  { name: "white space around a value", fields: withField("x-one", " 1"), reason: "malformed" },
  { name: "Transfer-Encoding", fields: withField("transfer-encoding", "chunked"), reason: "smuggling" },
  { name: "Connection", fields: withField("connection", "close"), reason: "malformed" },
  { name: "Keep-Alive", fields: withField("keep-alive", "timeout=5"), reason: "malformed" },
  { name: "Proxy-Connection", fields: withField("proxy-connection", "close"), reason: "malformed" },
  { name: "Upgrade", fields: withField("upgrade", "websocket"), reason: "malformed" },
  { name: "TE that is not trailers", fields: withField("te", "gzip"), reason: "malformed" },
  { name: "another Host", fields: withField("host", "b.test"), reason: "malformed" },
  {
    name: "Host twice",
    fields: [...GET_FIELDS, ["host", "a.test"], ["host", "a.test"]],
    reason: "malformed",
  },
  {
    name: "Content-Length twice",
    fields: [...GET_FIELDS, ["content-length", "0"], ["content-length", "0"]],
    reason: "smuggling",
  },
  { name: "Content-Length with a sign", fields: withField("content-length", "+0"), reason: "smuggling" },
  { name: "Content-Length without content", fields: withField("content-length", "5"), reason: "smuggling" },
  {
    name: "CONNECT",
    fields: [[":method", "CONNECT"], [":authority", "b.test:443"]],
    reason: "malformed",
    status: 400,
  },
  { name: "neither :authority nor Host", fields: [METHOD, SCHEME, PATH], reason: "malformed", status: 400 },
  {
    name: "userinfo in :authority",
    fields: [METHOD, SCHEME, [":authority", "u@a.test"], PATH],
    reason: "malformed",
    status: 400,
  },
  {
    name: "fragment in :path",
    fields: [METHOD, SCHEME, AUTHORITY, [":path", "/#x"]],
    reason: "malformed",
    status: 400,
  },
  {
    name: "`*` of a GET",
    fields: [METHOD, SCHEME, AUTHORITY, [":path", "*"]],
    reason: "malformed",
    status: 400,
  },
  { name: "unknown expectation", fields: withField("expect", "wonders"), reason: "malformed", status: 400 },
  {
    name: "long :path",
    fields: [METHOD, SCHEME, AUTHORITY, [":path", "/" + "a".repeat(9_000)]],
    reason: "uri_too_long",
    status: 414,
  },
  {
    name: "many fields",
    fields: [...GET_FIELDS, ...Array.from({ length: 130 }, (_, i) => [`x-${i}`, ""] as const)],
    reason: "head_too_large",
    status: 431,
  },
  {
    name: "large fields",
    fields: withField("x-big", "b".repeat(70_000)),
    reason: "head_too_large",
    status: 431,
  },
];

for (const transport of http2Transports()) {
  const test = (name: string, body: () => Promise<void>) =>
    Deno.test(`HTTP/2 ${transport.name}: ${name}`, body);

  test("what is malformed is refused on its stream, for its reason, and the connection goes on", async () => {
    const handler = new TestHandler(answerText("ok"));
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      for (const { name, fields, reason, status } of REFUSED) {
        const id = client.newId();
        await client.headers(id, fields, true);
        if (status === undefined) assert.equal(await client.resetOf(id), ErrorCode.protocolError, name);
        else assert.equal((await client.answer(id)).status, status, name);
        const refusal = handler.refusals.at(-1)!;
        assert.equal(refusal.reason, reason, `${name}: ${refusal.detail}`);
        assert.equal(refusal.connection.peerAddress, "127.0.0.1");
      }
      assert.equal(handler.refusals.length, REFUSED.length);
      assert.equal(handler.exchanges.length, 0);
      assert.equal((await client.answer(await client.get())).body, "ok");
      client.close();
    });
  });

  test("a refusal's answer has the public text and the id of the log", async () => {
    const handler = new TestHandler(answerText("ok"));
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const answer = await client.answer(await client.get("/x#y"));
      const requestId = handler.refusals[0]!.requestId;
      assert.deepEqual(JSON.parse(answer.body), { error: "bad request", request_id: requestId });
      assert.equal(value(answer.headers, "x-request-id"), requestId);
      assert.deepEqual(
        [handler.refusals[0]!.method, handler.refusals[0]!.target, handler.refusals[0]!.host],
        ["GET", "/x#y", "a.test"],
      );
      client.close();
    });
  });

  test("Host stands for :authority, crumbs of a cookie are joined, host comes first", async () => {
    const handler = new TestHandler(answerText("ok"));
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const id = client.newId();
      await client.headers(id, [METHOD, SCHEME, PATH, ["cookie", "a=1"], ["host", "A.test"], [
        "cookie",
        "b=2",
      ]], true);
      await client.answer(id);
      await client.answer(await client.get("/", [["cookie", "a=1"], ["te", "trailers"], ["cookie", "b=2"]]));
      const [first, second] = handler.exchanges as [typeof handler.exchanges[0], typeof handler.exchanges[0]];
      assert.equal(first.request.authority, "a.test");
      assert.equal(first.request.headers.get("cookie"), "a=1; b=2");
      assert.deepEqual([...second.request.headers.entries()], [
        ["host", "a.test"],
        ["cookie", "a=1; b=2"],
        ["te", "trailers"],
      ]);
      assert.equal(first.protocol, "HTTP/2");
      client.close();
    });
  });

  test("a field that was known is looked at again when it changes", async () => {
    const handler = new TestHandler(answerText("ok"));
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      assert.equal((await client.answer(await client.get("/", [["x-one", "1"]]))).status, 200);
      assert.equal(await client.resetOf(await client.get("/", [["x-one", "1\n"]])), ErrorCode.protocolError);
      assert.equal(await client.resetOf(await client.get("/", [["x-one", "1\n"]])), ErrorCode.protocolError);
      assert.equal((await client.answer(await client.get("/", [["x-one", "1"]]))).status, 200);
      client.close();
    });
    assert.equal(handler.exchanges.length, 2);
  });

  test("content that is not as long as declared is an error of its stream", async () => {
    const handler = new TestHandler(echo);
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      for (const content of ["12", "1234"]) {
        const id = client.newId();
        await client.headers(
          id,
          [[":method", "POST"], ...GET_FIELDS.slice(1), ["content-length", "3"]],
          false,
        );
        await client.send(FrameType.data, Flag.endStream, id, Buffer.from(content));
        assert.equal(await client.resetOf(id), ErrorCode.protocolError, content);
      }
      client.close();
    });
    assert.deepEqual(handler.exchanges.map((each) => each.reason), ["smuggling", "smuggling"]);
  });

  test("content that is too long is told as smuggling to whoever waits for it", async () => {
    const failures: string[] = [];
    const handler = new TestHandler(({ body, response }) => {
      body.start({
        data: () => undefined,
        end: () => assert.fail("no end"),
        fail: (failure) => {
          failures.push(`${failure.kind} ${failure.detail}`);
          response.send(400, fields(), Buffer.from("bad"));
        },
      });
    });
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const id = client.newId();
      await client.headers(id, [[":method", "POST"], ...GET_FIELDS.slice(1), ["content-length", "3"]], false);
      await client.send(FrameType.data, 0, id, Buffer.from("1234"));
      assert.equal((await client.answer(id)).status, 400);
      assert.equal(await client.resetOf(id), ErrorCode.protocolError);
      client.close();
    });
    assert.deepEqual(failures, ["malformed smuggling: more content than the 3 bytes declared"]);
  });

  test("padding is taken off, of HEADERS and of DATA, and counts for the windows", async () => {
    const handler = new TestHandler(echo);
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect());
      const id = client.newId();
      const block = headerBlock([[":method", "POST"], ...GET_FIELDS.slice(1)]);
      const pad = Buffer.alloc(255);
      await client.send(
        FrameType.headers,
        Flag.endHeaders | Flag.padded,
        id,
        Buffer.concat([Buffer.of(255), block, pad]),
      );
      // More padding than the stream's window holds: it is given back.
      for (let i = 0; i < 400; i++) {
        const last = i === 399 ? Flag.endStream : 0;
        await client.send(
          FrameType.data,
          Flag.padded | last,
          id,
          Buffer.concat([Buffer.of(255), Buffer.from("x"), pad]),
        );
      }
      assert.equal((await client.answer(id)).body, "x".repeat(400));
      client.close();
    });
  });

  test("the fingerprint says how the client began", async () => {
    const handler = new TestHandler(answerText("ok"));
    await transport.run(handler, {}, async (connect) => {
      const client = await H2Client.begin(await connect(), [[1, 65_536], [2, 0], [4, 6_291_456], [
        6,
        262_144,
      ]]);
      await client.send(FrameType.windowUpdate, 0, 0, Buffer.of(0x00, 0xef, 0x00, 0x01));
      await client.send(FrameType.priority, 0, 3, Buffer.of(0x80, 0, 0, 0, 200));
      await client.answer(await client.get());
      const id = client.newId();
      await client.headers(id, [PATH, METHOD, SCHEME, AUTHORITY], true);
      await client.answer(id);
      client.close();
    });
    const expected = "1:65536;2:0;4:6291456;6:262144|15663105|3:1:0:201|m,s,a,p";
    assert.deepEqual(handler.exchanges.map((each) => each.fingerprint), [expected, expected]);
  });
}
