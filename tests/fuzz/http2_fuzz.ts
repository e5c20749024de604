import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Flag, FrameType, PREFACE } from "../../src/gateway/listener/http2/frame.ts";
import {
  frameBytes,
  GET_FIELDS,
  headerBlock,
  type Pairs,
  settingsPayload,
  uint32,
} from "../support/h2_client.ts";
import { type Http2Transcript, runHttp2 } from "./http2_run.ts";
import { Random } from "./random.ts";
import { argument, report } from "./terminal.ts";

/**
 * Throws connections of HTTP/2 at the codec, frames in order and out of it, with bits turned over. It never throws, every
 * exchange is over once, no field splits, what it sends is whole frames; and where the network cut the input changes
 * nothing.
 *
 *     deno run -A tests/fuzz/http2_fuzz.ts --seconds 60 [--seed 7]
 */

const BLOCKS: readonly Pairs[] = [
  GET_FIELDS,
  [[":method", "POST"], ...GET_FIELDS.slice(1), ["content-length", "3"]],
  [[":method", "POST"], ...GET_FIELDS.slice(1, 3), [":path", "/up"], ["expect", "100-continue"]],
  [[":method", "PUT"], ...GET_FIELDS.slice(1, 3), [":path", "/x"], ["cookie", "a=1"], ["cookie", "b=2"]],
  [[":method", "CONNECT"], [":protocol", "websocket"], ...GET_FIELDS.slice(1)],
  [[":method", "HEAD"], ...GET_FIELDS.slice(1), ["te", "trailers"]],
  [...GET_FIELDS, ["transfer-encoding", "chunked"]],
  [["x-sum", "1"], ["grpc-status", "0"]],
];

/** A frame as a client may send it, or nearly; `used`: how many streams it has opened. */
function frameOf(random: Random, used: number, isWide: boolean): Buffer {
  const wild = random.below(40) === 0;
  const id = wild ? random.below(40) : 2 * random.below(Math.max(1, used)) + 1;
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4: {
      const isNew = used === 0 || random.below(8) > 0;
      const flags = (random.below(20) > 0 ? Flag.endHeaders : 0) |
        (random.below(2) === 0 ? Flag.endStream : 0);
      return frameBytes(
        FrameType.headers,
        flags,
        isNew ? 2 * used + 1 : id,
        headerBlock(random.pick(BLOCKS)),
      );
    }
    case 5:
    case 6:
    case 7: {
      const content = Buffer.alloc(random.pick([0, 1, 3, 3, 3, 200, 16_384]), "d");
      return frameBytes(FrameType.data, random.below(2) * Flag.endStream, id, content);
    }
    case 8: {
      const padded = Buffer.concat([
        Buffer.of(random.below(6)),
        Buffer.from("abc"),
        Buffer.alloc(random.below(6)),
      ]);
      return frameBytes(FrameType.data, Flag.padded | random.below(2), id, padded);
    }
    case 9:
      return frameBytes(
        FrameType.windowUpdate,
        0,
        random.below(2) * id,
        uint32(random.pick([1, 1, 65_535, wild ? 0x7fffffff : 9])),
      );
    case 10:
      return frameBytes(FrameType.rstStream, 0, id, uint32(random.below(14)));
    case 11:
      return frameBytes(
        FrameType.settings,
        random.below(8) === 0 ? Flag.ack : 0,
        0,
        settingsPayload([[
          random.pick(isWide ? [1, 3, 6] : [1, 4, 4, 6]),
          random.pick([0, 1, 100, 16_384, 65_535, wild ? 0xffffffff : 20_000]),
        ]]),
      );
    case 12:
      if (!wild) return frameBytes(FrameType.ping, 0, 0, Buffer.alloc(8));
      return frameBytes(
        FrameType.continuation,
        random.below(2) * Flag.endHeaders,
        id,
        headerBlock([["x-more", "1"]]),
      );
    default:
      if (!wild) return frameBytes(FrameType.windowUpdate, 0, 0, uint32(1 + random.below(100_000)));
      return frameBytes(random.below(20), random.below(256), id, Buffer.alloc(random.pick([0, 4, 5, 8, 9])));
  }
}

/** A connection as bytes. `isWide`: the client's windows never fill. */
export interface Input {
  readonly bytes: Buffer;
  readonly isWide: boolean;
}

/** The next connection of a run. */
export function nextConnection(random: Random): Input {
  // Where answers wait for windows, what a late frame means depends on what has been sent, and so on the pieces.
  const isWide = random.below(3) > 0;
  const parts = [
    Buffer.from(PREFACE),
    frameBytes(FrameType.settings, 0, 0, isWide ? settingsPayload([[4, 10_000_000]]) : undefined),
    frameBytes(FrameType.windowUpdate, 0, 0, uint32(10_000_000)),
  ];
  let used = 0;
  for (let left = 1 + random.below(24); left > 0; left--) {
    const frame = frameOf(random, used, isWide);
    if (frame[3] === FrameType.headers && frame.readUInt32BE(5) === 2 * used + 1) used++;
    parts.push(frame);
  }
  const bytes = Buffer.concat(parts);
  if (random.below(isWide ? 8 : 2) === 0) {
    for (let left = 1 + random.below(3); left > 0; left--) {
      bytes[random.below(bytes.length)] = random.below(256);
    }
  }
  return { bytes, isWide };
}

function cut(bytes: Buffer, random: Random): Buffer[] {
  const most = random.below(3) === 0 ? 3 : 1 + random.below(bytes.length);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random.below(most);
    pieces.push(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  return pieces;
}

/** One input through the codec, whole and cut. Throws where the runs differ. */
export function checkConnection({ bytes, isWide }: Input, random: Random): Http2Transcript {
  const whole = runHttp2([bytes]);
  const pieces = runHttp2(cut(bytes, random));
  if (isWide) assert.deepEqual(comparable(pieces), comparable(whole));
  return whole;
}

/** A body that stopped in the middle may have been handed on further in smaller pieces; its end is the same. */
function comparable({ events, exchanges, ended }: Http2Transcript): unknown {
  return { events, exchanges, ended };
}

if (import.meta.main) {
  const seed = argument("seed", Math.floor(performance.timeOrigin) % 2 ** 31);
  const end = performance.now() + argument("seconds", 60) * 1_000;
  const random = new Random(seed);
  report(`seed ${seed}`);
  let inputs = 0;
  let exchanges = 0;
  let input: Input = { bytes: Buffer.alloc(0), isWide: false };
  try {
    for (; performance.now() < end; inputs++) {
      input = nextConnection(random);
      exchanges += checkConnection(input, random).exchanges;
    }
  } catch (thrown) {
    report(`failed on ${input.bytes.toString("hex")}`);
    throw thrown;
  }
  report(`${inputs} connections, ${exchanges} exchanges`);
}
