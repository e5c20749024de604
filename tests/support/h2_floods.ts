import { Buffer } from "node:buffer";
import { ErrorCode, Flag, FrameType } from "../../src/gateway/listener/http2/frame.ts";
import { frameBytes, GET_FIELDS, headerBlock, settingsPayload, uint32 } from "./h2_client.ts";

/** What costs a client of HTTP/2 less than its server, as endless bytes. Each is to end with ENHANCE_YOUR_CALM. */

const HEAD = Flag.endHeaders | Flag.endStream;
const GET_BLOCK = getBlock("/wait");

function getBlock(path: string): Buffer {
  return headerBlock([...GET_FIELDS.slice(0, 3), [":path", path]]);
}

export interface Flood {
  readonly name: string;
  /** What the log says. Requests are for `/wait`, which is not answered, and `/answer`, which is with 100 kB. */
  readonly detail: RegExp;
  /** The next bytes of it; `i` counts from 0. */
  readonly next: (i: number) => Uint8Array;
  readonly settings?: readonly (readonly [number, number])[];
}

/** `x: yyyy…` of 4,000 bytes, put into the table (RFC 7541, 6.2.1): the newest entry is named by 0xbe afterwards. */
export const TABLE_ENTRY = Buffer.concat([
  Buffer.of(0x40, 1),
  Buffer.from("x"),
  Buffer.of(0x7f, 0xa1, 0x1e),
  Buffer.alloc(4_000, "y"),
]);

function idOf(i: number): number {
  return 2 * i + 1;
}

export const FLOODS: readonly Flood[] = [
  {
    name: "rapid reset (CVE-2023-44487)",
    detail: /rapid reset/,
    next: (i) =>
      Buffer.concat([
        frameBytes(FrameType.headers, HEAD, idOf(i), GET_BLOCK),
        frameBytes(FrameType.rstStream, 0, idOf(i), uint32(ErrorCode.cancel)),
      ]),
  },
  {
    name: "resets that we are made to send (CVE-2025-8671)",
    detail: /provoked resets/,
    next: (i) =>
      Buffer.concat([
        frameBytes(FrameType.headers, HEAD, idOf(i), GET_BLOCK),
        frameBytes(FrameType.windowUpdate, 0, idOf(i), uint32(0)),
      ]),
  },
  {
    name: "requests that are malformed",
    detail: /provoked resets/,
    next: (i) => frameBytes(FrameType.headers, HEAD, idOf(i), headerBlock([...GET_FIELDS, ["X", "1"]])),
  },
  {
    name: "HPACK bombs: a byte for 4,000",
    detail: /provoked resets/,
    next: (i) =>
      frameBytes(
        FrameType.headers,
        HEAD,
        idOf(i),
        Buffer.concat([GET_BLOCK, i === 0 ? TABLE_ENTRY : Buffer.alloc(0), Buffer.alloc(10_000, 0xbe)]),
      ),
  },
  {
    name: "header lists over 64 KiB",
    detail: /provoked resets/,
    next: (i) => {
      const block = Buffer.concat([GET_BLOCK, headerBlock([["x-large", "y".repeat(66_000)]])]);
      const pieces: Buffer[] = [];
      for (let at = 0; at < block.length; at += 16_384) {
        const flags = (at === 0 ? Flag.endStream : 0) | (at + 16_384 >= block.length ? Flag.endHeaders : 0);
        const type = at === 0 ? FrameType.headers : FrameType.continuation;
        pieces.push(frameBytes(type, flags, idOf(i), block.subarray(at, at + 16_384)));
      }
      return Buffer.concat(pieces);
    },
  },
  {
    name: "streams over the limit",
    detail: /streams over the limit/,
    next: (i) => frameBytes(FrameType.headers, HEAD, idOf(i), GET_BLOCK),
  },
  {
    name: "CONTINUATION without end (CVE-2024-27316)",
    detail: /header block of more than/,
    next: (i) =>
      i === 0
        ? frameBytes(FrameType.headers, Flag.endStream, 1, GET_BLOCK)
        : frameBytes(FrameType.continuation, 0, 1, headerBlock([[`x-${i}`, "y"]])),
  },
  {
    name: "CONTINUATION of much",
    detail: /header block of more than/,
    next: (i) => frameBytes(i === 0 ? FrameType.headers : FrameType.continuation, 0, 1, Buffer.alloc(16_384)),
  },
  {
    name: "empty CONTINUATION",
    detail: /header block of more than/,
    next: (i) => frameBytes(i === 0 ? FrameType.headers : FrameType.continuation, 0, 1),
  },
  {
    name: "empty DATA (CVE-2019-9518)",
    detail: /empty DATA/,
    next: (i) =>
      i === 0
        ? frameBytes(FrameType.headers, Flag.endHeaders, 1, GET_BLOCK)
        : frameBytes(FrameType.data, 0, 1),
  },
  {
    name: "SETTINGS (CVE-2019-9515)",
    detail: /SETTINGS flood/,
    next: () => frameBytes(FrameType.settings, 0, 0),
  },
  {
    name: "SETTINGS that change the table's size",
    detail: /SETTINGS flood/,
    next: (i) => frameBytes(FrameType.settings, 0, 0, settingsPayload([[1, i % 2 === 0 ? 0 : 65_536]])),
  },
  {
    name: "PING (CVE-2019-9512)",
    detail: /PING flood/,
    next: () => frameBytes(FrameType.ping, 0, 0, Buffer.alloc(8)),
  },
  {
    name: "PRIORITY (CVE-2019-9513)",
    detail: /PRIORITY flood/,
    next: (i) => frameBytes(FrameType.priority, 0, 7, Buffer.of(0, 0, 0, i % 5, 1)),
  },
  {
    name: "PRIORITY_UPDATE",
    detail: /PRIORITY flood/,
    next: (i) =>
      frameBytes(FrameType.priorityUpdate, 0, 0, Buffer.concat([uint32(idOf(i)), Buffer.from("u=1")])),
  },
  {
    name: "WINDOW_UPDATE",
    detail: /WINDOW_UPDATE flood/,
    next: () => frameBytes(FrameType.windowUpdate, 0, 0, uint32(1)),
  },
  {
    name: "frames that nobody knows",
    detail: /useless frames/,
    next: () => frameBytes(0xbb, 0, 0, Buffer.alloc(100)),
  },
  {
    name: "an answer asked for byte by byte (CVE-2019-9511)",
    // Which counter is first depends on how many updates arrive at once.
    detail: /tiny windows|WINDOW_UPDATE flood/,
    settings: [[0x4, 0]],
    next: (i) =>
      i === 0
        ? frameBytes(
          FrameType.headers,
          HEAD,
          1,
          getBlock("/answer"),
        )
        : frameBytes(FrameType.windowUpdate, 0, 1, uint32(1)),
  },
];
