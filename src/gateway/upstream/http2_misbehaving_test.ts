import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ErrorCode, Flag, FrameType } from "../listener/http2/frame.ts";
import { headerBlock, uint32 } from "../../../tests/support/h2_client.ts";
import { type H2TargetConnection, startH2Target } from "../../../tests/support/h2_target.ts";
import {
  GeneratedBody,
  startExchange,
  testRequest,
  testTarget,
} from "../../../tests/support/upstream_exchange.ts";
import { until } from "../../../tests/support/upstream_poll.ts";
import { withUpstream } from "../../../tests/support/upstream_fixture.ts";

/** What a target answers to the head of stream `id`, and what the failure must say. */
interface Misdeed {
  readonly name: string;
  answer(connection: H2TargetConnection, id: number): void;
  readonly detail: RegExp;
  readonly method?: string;
  /** What we tell the target: an error code in RST_STREAM (the connection lives) or GOAWAY. */
  readonly reset?: number;
  readonly goaway?: number;
}

const { protocolError, enhanceYourCalm, compressionError, frameSizeError, flowControlError } = ErrorCode;
const head = (...fields: [string, string][]): [string, string][] => [[":status", "200"], ...fields];

const STREAM_ERRORS: Misdeed[] = [
  ...([
    ["no :status", [["a", "b"]], /a field before :status/],
    ["an empty block", [], /no :status/],
    [":status twice", [[":status", "200"], [":status", "200"]], /:status twice/],
    [":status behind a field", [[":status", "200"], ["a", "b"], [":status", "200"]], /:status twice/],
    [":path in a response", [[":status", "200"], [":path", "/"]], /pseudo-header :path/],
    ["a status that is none", [[":status", "20"]], /no status code/],
    ["a status out of range", [[":status", "999"]], /no status code/],
    ["101", [[":status", "101"]], /101 in HTTP\/2/],
    ["CR LF in a value", head(["a", "b\r\nset-cookie: c=d"]), /CR, LF or NUL in a field value/],
    ["NUL in a value", head(["a", "b\0"]), /CR, LF or NUL/],
    ["LF in a name", head(["a\nb", "c"]), /CR, LF or NUL in a field name/],
    ["upper case in a name", head(["Set-Cookie", "a"]), /token in lower case/],
    ["connection", head(["connection", "close"]), /connection-specific field connection/],
    ["keep-alive", head(["keep-alive", "timeout=5"]), /connection-specific/],
    ["transfer-encoding", head(["transfer-encoding", "chunked"]), /Transfer-Encoding in HTTP\/2/],
    ["upgrade", head(["upgrade", "h2c"]), /connection-specific/],
    ["two lengths", head(["content-length", "1"], ["content-length", "2"]), /two Content-Length/],
    ["a length with a sign", head(["content-length", "+1"]), /Content-Length "\+1"/],
    ["a length as a list", head(["content-length", "1, 1"]), /Content-Length "1, 1"/],
  ] as [string, [string, string][], RegExp][]).map(([name, fields, detail]): Misdeed => ({
    name,
    answer: (connection, id) => connection.head(id, fields),
    detail,
    reset: protocolError,
  })),
  {
    name: "more content than declared",
    answer(connection, id) {
      connection.head(id, head(["content-length", "2"]));
      connection.data(id, "abc", true);
    },
    detail: /more content than the 2 bytes declared/,
    reset: protocolError,
  },
  {
    name: "less content than declared",
    answer(connection, id) {
      connection.head(id, head(["content-length", "5"]));
      connection.data(id, "abc", true);
    },
    detail: /3 bytes of content, 5 declared/,
  },
  {
    name: "content in answer to HEAD",
    method: "HEAD",
    answer(connection, id) {
      connection.head(id, head());
      connection.data(id, "abc", true);
    },
    detail: /more content than the 0 bytes/,
    reset: protocolError,
  },
  {
    name: "DATA before the head",
    answer: (connection, id) => connection.data(id, "abc"),
    detail: /DATA before the response head/,
    reset: protocolError,
  },
  {
    name: "HEADERS that end nothing within the content",
    answer(connection, id) {
      connection.head(id, head());
      connection.head(id, [["a", "b"]]);
    },
    detail: /HEADERS within the content/,
    reset: protocolError,
  },
  {
    name: "a pseudo-header in the trailers",
    answer(connection, id) {
      connection.head(id, head());
      connection.head(id, [[":status", "200"]], true);
    },
    detail: /pseudo-header in the trailers/,
  },
  {
    name: "interim responses without end",
    answer(connection, id) {
      for (let i = 0; i < 20; i++) connection.head(id, [[":status", "103"]]);
    },
    detail: /more than 16 interim responses/,
    reset: protocolError,
  },
  {
    name: "a head over the limit",
    answer: (connection, id) => {
      // 600 times an entry of the static table: a block of 1 kB, a list of 30 kB and too many fields.
      const block = Buffer.concat([Buffer.of(0x88), Buffer.alloc(600, 0x80 | 19)]);
      connection.frame(FrameType.headers, Flag.endHeaders, id, block);
    },
    detail: /fields, at most 257/,
    reset: protocolError,
  },
  {
    name: "a window that opens by 0",
    answer: (connection, id) => connection.frame(FrameType.windowUpdate, 0, id, uint32(0)),
    detail: /WINDOW_UPDATE by 0/,
    reset: protocolError,
  },
  {
    name: "a window that overflows",
    answer: (connection, id) => connection.frame(FrameType.windowUpdate, 0, id, uint32(0x7fffffff)),
    detail: /window overflows/,
    reset: protocolError,
  },
];

const CONNECTION_ERRORS: Misdeed[] = [
  {
    name: "bytes that are no frames",
    answer: (connection) => void connection.socket.write(Buffer.alloc(64, 0xff)),
    detail: /frame of 16777215 bytes/,
    goaway: frameSizeError,
  },
  {
    name: "an HPACK bomb: one entry of 4 kB, named again and again",
    answer(connection, id) {
      const entry = Buffer.concat([Buffer.of(0x40, 0x01, 0x61, 0x7f, 0xa1, 0x1e), Buffer.alloc(4_000, 0x62)]);
      const block = Buffer.concat([Buffer.of(0x88), entry, Buffer.alloc(10_000, 0xbe)]);
      connection.frame(FrameType.headers, Flag.endHeaders, id, block);
    },
    detail: /at most|HPACK|header list/,
    reset: protocolError,
  },
  {
    name: "a header block that cannot be decoded",
    answer: (connection, id) =>
      connection.frame(FrameType.headers, Flag.endHeaders, id, Buffer.of(0xff, 0xff)),
    detail: /COMPRESSION_ERROR/,
    goaway: compressionError,
  },
  {
    name: "CONTINUATION without end",
    answer(connection, id) {
      connection.frame(FrameType.headers, 0, id, headerBlock(head()));
      for (let i = 0; i < 1_000; i++) {
        connection.frame(FrameType.continuation, 0, id, headerBlock([["a", "b"]]));
      }
    },
    detail: /header block of more than 16 frames/,
    goaway: enhanceYourCalm,
  },
  {
    name: "another frame within a header block",
    answer(connection, id) {
      connection.frame(FrameType.headers, 0, id, headerBlock(head()));
      connection.frame(FrameType.ping, 0, 0, Buffer.alloc(8));
    },
    detail: /another frame within a header block/,
    goaway: protocolError,
  },
  {
    name: "PUSH_PROMISE",
    answer: (connection, id) => connection.frame(FrameType.pushPromise, Flag.endHeaders, id, uint32(2)),
    detail: /PUSH_PROMISE/,
    goaway: protocolError,
  },
  {
    name: "DATA on a stream that never was",
    answer: (connection, id) => connection.data(id + 2, "abc"),
    detail: /DATA on idle stream/,
    goaway: protocolError,
  },
  {
    name: "DATA beyond the stream's window",
    answer(connection, id) {
      connection.head(id, head());
      for (let i = 0; i < 40; i++) connection.data(id, Buffer.alloc(16_384));
    },
    detail: /beyond the stream's window/,
    reset: protocolError,
  },
  {
    name: "a PING flood",
    answer(connection) {
      for (let i = 0; i < 5_000; i++) connection.frame(FrameType.ping, 0, 0, Buffer.alloc(8));
    },
    detail: /PING flood/,
    goaway: enhanceYourCalm,
  },
  {
    name: "a SETTINGS flood",
    answer(connection) {
      for (let i = 0; i < 500; i++) connection.settings();
    },
    detail: /SETTINGS flood/,
    goaway: enhanceYourCalm,
  },
  {
    name: "empty DATA without end",
    answer(connection, id) {
      connection.head(id, head());
      for (let i = 0; i < 2_000; i++) connection.data(id, "");
    },
    detail: /empty DATA/,
    goaway: enhanceYourCalm,
  },
  {
    name: "the connection's window overflows",
    answer: (connection) => connection.frame(FrameType.windowUpdate, 0, 0, uint32(0x7fffffff)),
    detail: /the connection's window overflows/,
    goaway: flowControlError,
  },
  {
    name: "the connection closes mid-answer",
    answer(connection, id) {
      connection.head(id, head(["content-length", "5"]));
      connection.data(id, "abc");
      connection.socket.end();
    },
    detail: /in the middle of the response body/,
  },
];

for (const misdeed of [...STREAM_ERRORS, ...CONNECTION_ERRORS]) {
  Deno.test(`a target that sends ${misdeed.name} is refused`, async () => {
    const codes: { reset: number[]; goaway: number[] } = { reset: [], goaway: [] };
    const target = startH2Target((frame, connection) => {
      if (frame.type === -1) connection.settings();
      else if (frame.type === FrameType.headers) misdeed.answer(connection, frame.id);
      else if (frame.type === FrameType.rstStream) codes.reset.push(frame.payload.readUInt32BE(0));
      else if (frame.type === FrameType.goaway) codes.goaway.push(frame.payload.readUInt32BE(4));
    });
    await withUpstream(target, async (transport, upstream) => {
      const request = testRequest("", {
        target: testTarget(upstream.url, { protocol: "h2" }),
        method: misdeed.method ?? "GET",
      });
      const { call, sink } = startExchange(transport, request);
      // Like a client that reads nothing: what is held is bounded all the same.
      if (misdeed.name.includes("window")) call.pause();
      await sink.over;
      assert.equal(sink.failure?.reason, "upstream_protocol");
      assert.match(sink.failure!.detail, misdeed.detail);
      assert.deepEqual([sink.failure!.sent, sink.endings], [true, 1]);
      const { reset, goaway } = misdeed;
      if (reset !== undefined) await until(() => codes.reset.includes(reset), "RST_STREAM");
      if (goaway !== undefined) await until(() => codes.goaway.includes(goaway), "GOAWAY");
    });
  });
}

Deno.test("a target that keeps its windows shut holds a few reads of the body, and fails in time", async () => {
  const target = startH2Target((frame, connection) => {
    if (frame.type === -1) connection.settings([[0x4, 0]]);
  });
  await withUpstream(target, async (transport, upstream) => {
    const body = new GeneratedBody(100_000_000, { declared: false });
    const { sink } = startExchange(
      transport,
      testRequest("", {
        target: testTarget(upstream.url, { protocol: "h2" }),
        method: "POST",
        body,
        timeouts: { body_idle_ms: 200 },
      }),
    );
    await until(() => body.pauses === 1, "the body waits");
    assert.ok(body.given <= 65_536, String(body.given));
    await sink.over;
    assert.equal(sink.failure?.reason, "upstream_timeout");
  });
});
