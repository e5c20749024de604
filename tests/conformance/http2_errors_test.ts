import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ErrorCode, errorName, Flag, FrameType, PREFACE } from "../../src/gateway/listener/http2/frame.ts";
import {
  frameBytes,
  GET_FIELDS,
  H2Client,
  headerBlock,
  settingsPayload,
  uint32,
} from "../support/h2_client.ts";
import { answerText, TestHandler } from "../support/raw_listener.ts";
import { http2Transports } from "./listener_transports.ts";

/**
 * Every frame that RFC 9113 forbids, the error that it has, and what is left of the connection. h2spec asks much of this
 * too, and takes more than one answer; here stands the one that we give.
 */

interface ErrorCase {
  readonly name: string;
  /** Behind preface, SETTINGS, and POST on stream 1, of which the content is still to come. */
  readonly bytes: Uint8Array;
  readonly code: number;
  /** The stream that is reset; absent: the connection ends. */
  readonly stream?: number;
}

const POST = headerBlock([[":method", "POST"], ...GET_FIELDS.slice(1)]);
const GET = headerBlock(GET_FIELDS);
const HEAD = Flag.endHeaders | Flag.endStream;
const { compressionError, enhanceYourCalm, flowControlError, frameSizeError, protocolError, streamClosed } =
  ErrorCode;

function settings(...pairs: (readonly [number, number])[]): Buffer {
  return frameBytes(FrameType.settings, 0, 0, settingsPayload(pairs));
}

const FORBIDDEN: readonly ErrorCase[] = [
  {
    name: "4.2: frame over 16,384 bytes",
    bytes: frameBytes(0, 0, 1, Buffer.alloc(16_385)),
    code: frameSizeError,
  },
  {
    name: "4.3: header block that no table knows",
    bytes: frameBytes(1, HEAD, 3, Buffer.of(0xff, 0xff, 0x7f)),
    code: compressionError,
  },
  {
    name: "4.3: header block that ends within a field",
    bytes: frameBytes(1, HEAD, 3, GET.subarray(0, -1)),
    code: compressionError,
  },
  { name: "5.1: DATA on an idle stream", bytes: frameBytes(0, 0, 5, Buffer.of(1)), code: protocolError },
  { name: "5.1: RST_STREAM of an idle stream", bytes: frameBytes(3, 0, 5, uint32(8)), code: protocolError },
  {
    name: "5.1: WINDOW_UPDATE of an idle stream",
    bytes: frameBytes(8, 0, 5, uint32(1)),
    code: protocolError,
  },
  { name: "5.1.1: HEADERS on an even stream", bytes: frameBytes(1, HEAD, 2, GET), code: protocolError },
  {
    name: "5.1.1: HEADERS below the last stream",
    bytes: Buffer.concat([frameBytes(1, HEAD, 5, GET), frameBytes(1, HEAD, 3, GET)]),
    code: protocolError,
  },
  { name: "5.4/6.1: DATA on stream 0", bytes: frameBytes(0, 0, 0, Buffer.of(1)), code: protocolError },
  {
    name: "6.1: padding longer than DATA",
    bytes: frameBytes(0, Flag.padded, 1, Buffer.of(5, 1)),
    code: protocolError,
  },
  { name: "6.1: padded DATA without a length", bytes: frameBytes(0, Flag.padded, 1), code: frameSizeError },
  { name: "6.2: HEADERS on stream 0", bytes: frameBytes(1, HEAD, 0, GET), code: protocolError },
  {
    name: "6.2: padding longer than HEADERS",
    bytes: frameBytes(1, HEAD | Flag.padded, 3, Buffer.of(9, 1)),
    code: protocolError,
  },
  {
    name: "6.2: another frame within a header block",
    bytes: Buffer.concat([frameBytes(1, Flag.endStream, 3, GET), frameBytes(6, 0, 0, Buffer.alloc(8))]),
    code: protocolError,
  },
  { name: "6.3: PRIORITY on stream 0", bytes: frameBytes(2, 0, 0, Buffer.alloc(5)), code: protocolError },
  {
    name: "6.3: PRIORITY of 4 bytes",
    bytes: frameBytes(2, 0, 1, Buffer.alloc(4)),
    code: frameSizeError,
    stream: 1,
  },
  {
    name: "6.3: PRIORITY of 4 bytes on an idle stream",
    bytes: frameBytes(2, 0, 5, Buffer.alloc(4)),
    code: frameSizeError,
  },
  { name: "6.4: RST_STREAM on stream 0", bytes: frameBytes(3, 0, 0, uint32(8)), code: protocolError },
  { name: "6.4: RST_STREAM of 3 bytes", bytes: frameBytes(3, 0, 1, Buffer.alloc(3)), code: frameSizeError },
  { name: "6.5: SETTINGS on a stream", bytes: frameBytes(4, 0, 1), code: protocolError },
  { name: "6.5: SETTINGS of 5 bytes", bytes: frameBytes(4, 0, 0, Buffer.alloc(5)), code: frameSizeError },
  {
    name: "6.5: acknowledgement with content",
    bytes: frameBytes(4, Flag.ack, 0, Buffer.alloc(6)),
    code: frameSizeError,
  },
  { name: "6.5.2: ENABLE_PUSH of 2", bytes: settings([2, 2]), code: protocolError },
  { name: "6.5.2: INITIAL_WINDOW_SIZE over 2^31 - 1", bytes: settings([4, 2 ** 31]), code: flowControlError },
  { name: "6.5.2: MAX_FRAME_SIZE of 16,383", bytes: settings([5, 16_383]), code: protocolError },
  { name: "6.5.2: MAX_FRAME_SIZE of 2^24", bytes: settings([5, 2 ** 24]), code: protocolError },
  { name: "6.6: PUSH_PROMISE", bytes: frameBytes(5, Flag.endHeaders, 1, uint32(2)), code: protocolError },
  { name: "6.7: PING of 7 bytes", bytes: frameBytes(6, 0, 0, Buffer.alloc(7)), code: frameSizeError },
  { name: "6.7: PING on a stream", bytes: frameBytes(6, 0, 1, Buffer.alloc(8)), code: protocolError },
  { name: "6.8: GOAWAY on a stream", bytes: frameBytes(7, 0, 1, Buffer.alloc(8)), code: protocolError },
  { name: "6.8: GOAWAY of 7 bytes", bytes: frameBytes(7, 0, 0, Buffer.alloc(7)), code: frameSizeError },
  { name: "6.9: WINDOW_UPDATE by 0", bytes: frameBytes(8, 0, 0, uint32(0)), code: protocolError },
  {
    name: "6.9: WINDOW_UPDATE by 0 on a stream",
    bytes: frameBytes(8, 0, 1, uint32(0)),
    code: protocolError,
    stream: 1,
  },
  {
    name: "6.9: WINDOW_UPDATE of 3 bytes",
    bytes: frameBytes(8, 0, 1, Buffer.alloc(3)),
    code: frameSizeError,
  },
  {
    name: "6.9.1: DATA beyond the stream's window",
    bytes: Buffer.concat(Array.from({ length: 5 }, () => frameBytes(0, 0, 1, Buffer.alloc(16_384)))),
    code: flowControlError,
    stream: 1,
  },
  {
    name: "6.9.1: the connection's window over 2^31 - 1",
    bytes: frameBytes(8, 0, 0, uint32(0x7fffffff)),
    code: flowControlError,
  },
  {
    name: "6.9.1: a stream's window over 2^31 - 1",
    bytes: frameBytes(8, 0, 1, uint32(0x7fffffff)),
    code: flowControlError,
    stream: 1,
  },
  {
    name: "6.9.2: SETTINGS that take a window over 2^31 - 1",
    bytes: Buffer.concat([frameBytes(8, 0, 1, uint32(1_000)), settings([4, 0x7fffffff])]),
    code: flowControlError,
  },
  {
    name: "6.10: CONTINUATION without HEADERS",
    bytes: frameBytes(9, Flag.endHeaders, 1, GET),
    code: protocolError,
  },
  {
    name: "6.10: CONTINUATION of another stream",
    bytes: Buffer.concat([frameBytes(1, Flag.endStream, 3, GET), frameBytes(9, Flag.endHeaders, 5, GET)]),
    code: protocolError,
  },
  {
    name: "8.1: HEADERS behind END_STREAM",
    bytes: Buffer.concat([frameBytes(0, Flag.endStream, 1), frameBytes(1, HEAD, 1, GET)]),
    code: streamClosed,
    stream: 1,
  },
  {
    name: "8.1: trailers without END_STREAM",
    bytes: frameBytes(1, Flag.endHeaders, 1, headerBlock([["x-a", "1"]])),
    code: protocolError,
    stream: 1,
  },
  {
    name: "5.1: DATA behind END_STREAM",
    bytes: Buffer.concat([frameBytes(0, Flag.endStream, 1), frameBytes(0, 0, 1, Buffer.of(1))]),
    code: streamClosed,
    stream: 1,
  },
  {
    name: "9218 7.1: PRIORITY_UPDATE on a stream",
    bytes: frameBytes(0x10, 0, 1, uint32(1)),
    code: protocolError,
  },
  {
    name: "9218 7.1: PRIORITY_UPDATE of 3 bytes",
    bytes: frameBytes(0x10, 0, 0, Buffer.alloc(3)),
    code: frameSizeError,
  },
  {
    name: "9218 7.1: PRIORITY_UPDATE for stream 0",
    bytes: frameBytes(0x10, 0, 0, uint32(0)),
    code: protocolError,
  },
  {
    name: "9218 2.1: NO_RFC7540_PRIORITIES that changes",
    bytes: Buffer.concat([settings([9, 1]), settings([9, 0])]),
    code: protocolError,
  },
  {
    name: "7541 6.3: table size that was not offered",
    bytes: frameBytes(1, HEAD, 3, Buffer.concat([Buffer.of(0x3f, 0xe2, 0x1f), GET])),
    code: compressionError,
  },
  {
    name: "7541 4.2: three table size updates",
    bytes: frameBytes(1, HEAD, 3, Buffer.concat([Buffer.of(0x20, 0x21, 0x22), GET])),
    code: compressionError,
  },
  {
    name: "7541 4.2: table size update behind a field",
    bytes: frameBytes(1, HEAD, 3, Buffer.concat([GET, Buffer.of(0x20)])),
    code: compressionError,
  },
  {
    name: "header block of too many frames",
    bytes: Buffer.concat([
      frameBytes(1, 0, 3, GET),
      ...Array.from({ length: 20 }, () => frameBytes(9, 0, 3)),
    ]),
    code: enhanceYourCalm,
  },
];

for (const transport of http2Transports()) {
  Deno.test(`HTTP/2 ${transport.name}: each forbidden frame has its error, a line of the log, and harms nobody else`, async (t) => {
    const handler = new TestHandler((exchange) => {
      if (exchange.request.method === "GET") answerText("fine")(exchange);
    });
    await transport.run(handler, {}, async (connect) => {
      const other = await H2Client.begin(await connect());
      for (const { name, bytes, code, stream } of FORBIDDEN) {
        await t.step(`${name}: ${errorName(code)}`, async () => {
          const told = handler.refusals.length;
          handler.exchanges.length = 0;
          const client = await H2Client.begin(await connect());
          await client.send(FrameType.headers, Flag.endHeaders, 1, POST);
          await client.raw.write(bytes);
          if (stream === undefined) {
            assert.equal(await client.goaway(), code);
            assert.equal(await client.raw.ending(), "end");
            const refusal = handler.refusals[told]!;
            assert.equal(refusal.reason, code === enhanceYourCalm ? "protocol_abuse" : "malformed");
            assert.match(refusal.detail, new RegExp(`^HTTP/2 ${errorName(code)}: `));
            assert.equal(refusal.connection.peerAddress, "127.0.0.1");
          } else {
            assert.equal(await client.resetOf(stream), code);
            const id = 101;
            await client.headers(id, GET_FIELDS, true);
            assert.equal((await client.answer(id)).body, "fine", "the connection goes on");
            const { reason, detail } = handler.exchanges.find((each) => each.request.method === "POST")!;
            assert.ok(reason === "malformed" || reason === "smuggling", `${reason}`);
            assert.notEqual(detail, "");
          }
          client.close();
          assert.equal((await other.answer(await other.get())).body, "fine");
        });
      }
      other.close();
    });
  });

  Deno.test(`HTTP/2 ${transport.name}: what does not begin with preface and SETTINGS is ended`, async () => {
    const handler = new TestHandler(answerText("fine"));
    await transport.run(handler, {}, async (connect) => {
      const raw = await connect();
      await raw.write(
        Buffer.concat([Buffer.from(PREFACE), frameBytes(FrameType.ping, 0, 0, Buffer.alloc(8))]),
      );
      assert.equal(await raw.ending(), "end");
      raw.close();
    });
    assert.deepEqual(handler.refusals.map((each) => each.detail), [
      "HTTP/2 PROTOCOL_ERROR: the first frame is not SETTINGS",
    ]);
  });
}
