import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ByteWriter } from "../../../../lib/byte_writer.ts";
import { huffmanDecode, huffmanDecodedBound } from "./huffman_decode.ts";
import { huffmanEncode, huffmanEncodedBytes } from "./huffman_encode.ts";
import { HUFFMAN_BITS, HUFFMAN_CODES } from "./tables.gen.ts";

function encode(text: string): Uint8Array {
  const out = new ByteWriter(1);
  huffmanEncode(text, huffmanEncodedBytes(text), out);
  return out.written();
}

function decode(bytes: Uint8Array): string | null {
  const out = Buffer.alloc(huffmanDecodedBound(bytes.length));
  const length = huffmanDecode(bytes, 0, bytes.length, out);
  return length < 0 ? null : out.toString("latin1", 0, length);
}

Deno.test("the code is complete and canonical: in order of length, then of symbol", () => {
  const symbols = HUFFMAN_BITS.map((_, symbol) => symbol);
  symbols.sort((a, b) => HUFFMAN_BITS[a]! - HUFFMAN_BITS[b]! || a - b);
  let code = 0;
  let bits = HUFFMAN_BITS[symbols[0]!]!;
  for (const symbol of symbols) {
    code *= 2 ** (HUFFMAN_BITS[symbol]! - bits);
    bits = HUFFMAN_BITS[symbol]!;
    assert.equal(HUFFMAN_CODES[symbol], code++, `code of ${symbol}`);
  }
  assert.equal(code, 2 ** bits, "nothing is left over");
});

Deno.test("strings of RFC 7541, Appendix C", () => {
  const cases: readonly [string, string][] = [
    ["www.example.com", "f1e3c2e5f23a6ba0ab90f4ff"],
    ["no-cache", "a8eb10649cbf"],
    ["Mon, 21 Oct 2013 20:13:21 GMT", "d07abe941054d444a8200595040b8166e082a62d1bff"],
    ["307", "640eff"],
  ];
  for (const [text, hex] of cases) {
    assert.equal(Buffer.from(encode(text)).toString("hex"), hex);
    assert.equal(decode(Buffer.from(hex, "hex")), text);
  }
});

Deno.test("every byte before and behind every other comes back", () => {
  for (let first = 0; first < 256; first++) {
    let text = "";
    for (let second = 0; second < 256; second++) text += String.fromCharCode(first, second);
    assert.equal(decode(encode(text)), text);
    assert.equal(decode(encode(String.fromCharCode(first))), String.fromCharCode(first));
  }
});
