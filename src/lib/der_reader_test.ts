import assert from "node:assert/strict";
import { integer, objectIdentifier, octetString, sequence } from "./der.ts";
import { DerError, DerReader, oidText } from "./der_reader.ts";

Deno.test("what is written is read again", () => {
  const long = new Uint8Array(300).fill(7);
  const reader = new DerReader(
    sequence(objectIdentifier("1.2.840.10045.4.3.2"), integer(Uint8Array.of(5)), octetString(long)),
  ).enter(0x30);
  assert.equal(oidText(reader.expect(0x06).content), "1.2.840.10045.4.3.2");
  reader.skip(0x01);
  assert.deepEqual([...reader.expect(0x02).content], [5]);
  const { content, whole } = reader.next();
  assert.deepEqual([content.length, whole.length], [300, 304]);
  assert.ok(reader.isAtEnd);
});

Deno.test("bytes that are no DER are refused, never read past", () => {
  const cases = [[], [0x30], [0x30, 0x05, 1], [0x30, 0x80, 0, 0], [0x30, 0x82, 1], [0x1f, 0x01, 0], [
    0x30,
    0x85,
    1,
    1,
    1,
    1,
    1,
  ]];
  for (const bytes of cases) {
    assert.throws(() => new DerReader(Uint8Array.from(bytes)).next(), DerError, String(bytes));
  }
  assert.throws(() => new DerReader(Uint8Array.of(0x02, 0)).expect(0x30), DerError);
});
