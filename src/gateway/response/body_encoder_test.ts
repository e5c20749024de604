import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { brotliDecompressSync, constants, gunzipSync, zstdDecompressSync } from "node:zlib";
import { type Encoding, ENCODINGS } from "../../core/compression.ts";
import { until } from "../../../tests/support/until.ts";
import { BodyEncoder } from "./body_encoder.ts";

const INFLATE: Readonly<Record<Encoding, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }),
  br: (bytes) => brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: (bytes) => zstdDecompressSync(bytes, { finishFlush: constants.ZSTD_e_flush }),
};

/** An encoder whose output is in the test's hand. */
function encoderOf(encoding: Encoding, flushes: boolean) {
  const state = {
    out: [] as Uint8Array[],
    takes: true,
    ended: false,
    closed: 0,
    drained: 0,
    failed: "",
    get bytes() {
      return Buffer.concat(state.out);
    },
  };
  const encoder = new BodyEncoder(encoding, flushes, {
    write: (chunk) => {
      state.out.push(chunk);
      return state.takes;
    },
    end: () => void (state.ended = true),
    drained: () => void state.drained++,
    failed: (detail) => void (state.failed = detail),
    closed: () => void state.closed++,
  });
  return { encoder, state };
}

for (const encoding of ENCODINGS) {
  Deno.test(`${encoding}: what goes in comes out, though its buffers are used again`, async () => {
    const { encoder, state } = encoderOf(encoding, false);
    const chunk = new TextEncoder().encode("hello hello ");
    encoder.write(chunk);
    chunk.fill(0);
    encoder.write(new TextEncoder().encode("world"));
    encoder.end(null);
    await until("the coder ends", () => state.ended || null);
    assert.equal(INFLATE[encoding](state.bytes).toString(), "hello hello world");
    assert.deepEqual([state.closed, state.failed], [1, ""]);
  });

  Deno.test(`${encoding}: what somebody waits for comes without waiting for the end`, async () => {
    const { encoder, state } = encoderOf(encoding, true);
    for (const line of ["first\n", "second\n"]) {
      const before = state.bytes.length;
      encoder.write(new TextEncoder().encode(line));
      await until(`${line} is there`, () => state.bytes.length > before || null);
    }
    encoder.end(null);
    await until("the coder ends", () => state.ended || null);
    assert.equal(INFLATE[encoding](state.bytes).toString(), "first\nsecond\n");
  });
}

Deno.test("a client that reads nothing holds the target back, and nothing is lost", async () => {
  const { encoder, state } = encoderOf("gzip", false);
  state.takes = false;
  const random = crypto.getRandomValues(new Uint8Array(65_536));
  let written = 0;
  while (encoder.write(random)) written++;
  written++;
  assert.ok(written < 50, `${written} chunks were taken`);
  await until("something came out", () => state.out.length > 0 || null);
  const soFar = state.bytes.length;
  assert.ok(soFar < 1_000_000, `${soFar} bytes came out at once`);
  state.takes = true;
  encoder.resume();
  await until("it drains", () => state.drained > 0 || null);
  encoder.end(null);
  await until("the coder ends", () => state.ended || null);
  assert.equal(INFLATE.gzip(state.bytes).length, written * random.length);
});

Deno.test("an encoder that nobody wants any more is silent, and gives its place back once", async () => {
  const { encoder, state } = encoderOf("br", true);
  encoder.write(new Uint8Array(100_000).fill(65));
  encoder.destroy();
  encoder.destroy();
  encoder.resume();
  await new Promise((done) => setTimeout(done, 0));
  assert.deepEqual([state.closed, state.ended, state.failed, state.out.length], [1, false, "", 0]);
});
