import assert from "node:assert/strict";
import { HeaderList } from "../../src/core/header_list.ts";
import { HpackDecoder } from "../../src/gateway/listener/http2/hpack/decoder.ts";
import { HpackEncoder } from "../../src/gateway/listener/http2/hpack/encoder.ts";
import { ByteWriter } from "../../src/lib/byte_writer.ts";
import { type Field, PeerDecoder, PeerEncoder } from "../support/peer_hpack.ts";
import { Random } from "../fuzz/random.ts";

/** Field blocks go through our HPACK and through the npm package `hpack.js`: each must read what the other wrote. */

const CONNECTIONS = 60;
const BLOCKS = 60;

const NAMES = [
  "accept",
  "cache-control",
  "cookie",
  "content-length",
  "date",
  "etag",
  "x-request-id",
  "x-a",
  "user-agent",
];
const VALUES = [
  "",
  "0",
  "no-cache",
  "gzip, deflate, br",
  "text/html; charset=utf-8",
  "Mozilla/5.0 (X11; Linux)",
];

/** Mostly what a connection says again and again, now and then something new, and rarely something large. */
function nextField(random: Random): Field {
  const name = random.below(8) > 0 ? random.pick(NAMES) : `x-${random.below(400)}`;
  if (random.below(3) > 0) return [name, random.pick(VALUES)];
  return [name, ascii(random, random.below(20) === 0 ? random.below(5_000) : random.below(60))];
}

function ascii(random: Random, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += String.fromCharCode(0x20 + random.below(0x5f));
  return text;
}

function nextFields(random: Random): Field[] {
  return Array.from({ length: 1 + random.below(20) }, () => nextField(random));
}

function decoderOf(tableSize: number): HpackDecoder {
  return new HpackDecoder({ maxTableSize: tableSize, maxListBytes: 1 << 20, maxFields: 1_000 });
}

Deno.test("we read what another encoder wrote, in every representation", () => {
  const random = new Random(7_541);
  for (let connection = 0; connection < CONNECTIONS; connection++) {
    const tableSize = random.pick([0, 64, 300, 4_096]);
    const peer = new PeerEncoder(tableSize);
    const decoder = decoderOf(tableSize);
    for (let i = 0; i < BLOCKS; i++) {
      const fields = nextFields(random);
      const block = peer.encode(fields, () => ({
        huffman: random.below(2) === 0,
        incremental: random.below(4) > 0,
        neverIndex: random.below(8) === 0,
      }));
      const read: Field[] = [];
      assert.equal(decoder.decode(block, (name, value) => read.push([name, value])), null);
      assert.deepEqual(read, fields);
    }
  }
});

Deno.test("another decoder reads what we wrote, table sizes changing on the way", () => {
  const random = new Random(9_113);
  for (let connection = 0; connection < CONNECTIONS; connection++) {
    const encoder = new HpackEncoder();
    const peer = new PeerDecoder(4_096);
    const own = decoderOf(4_096);
    for (let i = 0; i < BLOCKS; i++) {
      if (random.below(10) === 0) encoder.setPeerMaxTableSize(random.pick([0, 100, 1_000, 4_096, 65_536]));
      const fields = nextFields(random);
      const out = new ByteWriter();
      encoder.encode(200, HeaderList.from(fields), out);
      const expected: Field[] = [[":status", "200"], ...fields];
      assert.deepEqual(peer.decode(out.written()), expected);
      const read: Field[] = [];
      assert.equal(own.decode(out.written(), (name, value) => read.push([name, value])), null);
      assert.deepEqual(read, expected);
      assert.equal(own.tableSize, encoder.tableSize, "both tables hold the same");
    }
  }
});
