import assert from "node:assert/strict";
import { HeaderList } from "../../src/core/header_list.ts";
import { HpackDecoder } from "../../src/gateway/listener/http2/hpack/decoder.ts";
import { HpackEncoder } from "../../src/gateway/listener/http2/hpack/encoder.ts";
import { ByteWriter } from "../../src/lib/byte_writer.ts";
import { Random } from "./random.ts";

const LIMITS = { maxTableSize: 4_096, maxListBytes: 16_384, maxFields: 100 };

type Field = readonly [name: string, value: string];

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function randomText(random: Random, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += String.fromCharCode(random.below(256));
  return text;
}

function randomFields(random: Random): Field[] {
  return Array.from({ length: random.below(12) }, () => [
    `x-${random.below(30)}`,
    random.below(2) === 0 ? `${random.below(20)}` : randomText(random, random.below(200)),
  ]);
}

function validBlock(random: Random, encoder: HpackEncoder): Uint8Array {
  const out = new ByteWriter();
  encoder.encode(random.below(2) === 0 ? 200 : null, HeaderList.from(randomFields(random)), out);
  return out.written();
}

function mutated(random: Random, block: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(block);
  for (let i = 1 + random.below(4); i > 0 && copy.length > 0; i--) {
    copy[random.below(copy.length)] = random.below(256);
  }
  return random.below(4) === 0 ? copy.subarray(0, random.below(copy.length + 1)) : copy;
}

/** Decodes with the limits held; returns how many fields came. */
function run(decoder: HpackDecoder, block: Uint8Array): number {
  let fields = 0;
  let listBytes = 0;
  const failure = decoder.decode(block, (name, value) => {
    fields++;
    listBytes += name.length + value.length + 32;
  });
  assert.ok(fields <= LIMITS.maxFields, `${fields} fields`);
  assert.ok(listBytes <= LIMITS.maxListBytes, `${listBytes} bytes`);
  assert.ok(decoder.tableSize <= LIMITS.maxTableSize, `${decoder.tableSize} bytes of table`);
  if (failure !== null) assert.match(failure.code, /^(?:COMPRESSION_ERROR|too-large)$/);
  return failure === null ? fields : 0;
}

Deno.test("bytes of any kind are read or refused, within the limits", () => {
  const random = new Random(20_260_101);
  let read = 0;
  for (let i = 0; i < 20_000; i++) {
    const decoder = new HpackDecoder(LIMITS);
    for (let blocks = 0; blocks < 4; blocks++) read += run(decoder, randomBytes(random, random.below(80)));
  }
  assert.ok(read > 500, `${read} fields read`);
});

Deno.test("mutated blocks of a running connection are read or refused, within the limits", () => {
  const random = new Random(20_260_102);
  let read = 0;
  for (let i = 0; i < 2_000; i++) {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(LIMITS);
    for (let blocks = 0; blocks < 6; blocks++) {
      const block = validBlock(random, encoder);
      read += run(decoder, blocks % 2 === 0 ? block : mutated(random, block));
    }
  }
  assert.ok(read > 10_000, `${read} fields read`);
});

Deno.test("what is encoded is read again, blocks over the limits in between, and both tables stay the same", () => {
  const random = new Random(20_260_103);
  let tooLarge = 0;
  for (let i = 0; i < 300; i++) {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder({ ...LIMITS, maxListBytes: 800 });
    for (let blocks = 0; blocks < 30; blocks++) {
      if (random.below(8) === 0) encoder.setPeerMaxTableSize(random.below(6_000));
      const fields = randomFields(random);
      const out = new ByteWriter();
      encoder.encode(null, HeaderList.from(fields), out);
      const read: Field[] = [];
      const failure = decoder.decode(out.written(), (name, value) => read.push([name, value]));
      if (failure === null) assert.deepEqual(read, fields);
      else {
        assert.equal(failure.code, "too-large");
        tooLarge++;
      }
      assert.equal(decoder.tableSize, encoder.tableSize);
    }
  }
  assert.ok(tooLarge > 100, `${tooLarge} blocks over the limits`);
});
