import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { HpackDecoder, type HpackLimits } from "./decoder.ts";

const LIMITS: HpackLimits = { maxTableSize: 4_096, maxListBytes: 65_536, maxFields: 128 };

type Field = [name: string, value: string];

function bytesOf(hex: string): Uint8Array {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

function decode(decoder: HpackDecoder, hex: string): Field[] {
  const fields: Field[] = [];
  assert.equal(decoder.decode(bytesOf(hex), (name, value) => fields.push([name, value])), null);
  return fields;
}

function failureOf(hex: string, limits: Partial<HpackLimits> = {}) {
  return new HpackDecoder({ ...LIMITS, ...limits }).decode(bytesOf(hex), () => {});
}

/** RFC 7541, Appendix C: blocks of one connection, what they mean, and the table's size behind each. */
interface Example {
  readonly title: string;
  readonly tableSize: number;
  readonly blocks: readonly (readonly [hex: string, fields: readonly Field[], size: number])[];
}

const REQUESTS: readonly (readonly Field[])[] = [
  [[":method", "GET"], [":scheme", "http"], [":path", "/"], [":authority", "www.example.com"]],
  [[":method", "GET"], [":scheme", "http"], [":path", "/"], [":authority", "www.example.com"], [
    "cache-control",
    "no-cache",
  ]],
  [[":method", "GET"], [":scheme", "https"], [":path", "/index.html"], [":authority", "www.example.com"], [
    "custom-key",
    "custom-value",
  ]],
];

function response(status: string, date: string, more: readonly Field[] = []): Field[] {
  return [[":status", status], ["cache-control", "private"], ["date", date], [
    "location",
    "https://www.example.com",
  ], ...more];
}

const RESPONSES: readonly (readonly Field[])[] = [
  response("302", "Mon, 21 Oct 2013 20:13:21 GMT"),
  response("307", "Mon, 21 Oct 2013 20:13:21 GMT"),
  response("200", "Mon, 21 Oct 2013 20:13:22 GMT", [
    ["content-encoding", "gzip"],
    ["set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"],
  ]),
];

const EXAMPLES: readonly Example[] = [
  {
    title: "C.3, requests without Huffman coding",
    tableSize: 4_096,
    blocks: [
      ["8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", REQUESTS[0]!, 57],
      ["8286 84be 5808 6e6f 2d63 6163 6865", REQUESTS[1]!, 110],
      ["8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65", REQUESTS[2]!, 164],
    ],
  },
  {
    title: "C.4, requests with Huffman coding",
    tableSize: 4_096,
    blocks: [
      ["8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", REQUESTS[0]!, 57],
      ["8286 84be 5886 a8eb 1064 9cbf", REQUESTS[1]!, 110],
      ["8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf", REQUESTS[2]!, 164],
    ],
  },
  {
    title: "C.5, responses without Huffman coding, with eviction",
    tableSize: 256,
    blocks: [
      [
        "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32" +
        "3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        RESPONSES[0]!,
        222,
      ],
      ["4803 3330 37c1 c0bf", RESPONSES[1]!, 222],
      [
        "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970" +
        "7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61" +
        "6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31",
        RESPONSES[2]!,
        215,
      ],
    ],
  },
  {
    title: "C.6, responses with Huffman coding, with eviction",
    tableSize: 256,
    blocks: [
      [
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad" +
        "1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
        RESPONSES[0]!,
        222,
      ],
      ["4883 640e ffc1 c0bf", RESPONSES[1]!, 222],
      [
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2" +
        "e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
        RESPONSES[2]!,
        215,
      ],
    ],
  },
];

for (const { title, tableSize, blocks } of EXAMPLES) {
  Deno.test(`RFC 7541 ${title}`, () => {
    const decoder = new HpackDecoder({ ...LIMITS, maxTableSize: tableSize });
    for (const [hex, fields, size] of blocks) {
      assert.deepEqual(decode(decoder, hex), fields);
      assert.equal(decoder.tableSize, size);
    }
  });
}

Deno.test("RFC 7541 C.2, each representation of a field alone", () => {
  const cases: readonly [string, Field, number][] = [
    ["400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572", ["custom-key", "custom-header"], 55],
    ["040c 2f73 616d 706c 652f 7061 7468", [":path", "/sample/path"], 0],
    ["1008 7061 7373 776f 7264 0673 6563 7265 74", ["password", "secret"], 0],
    ["82", [":method", "GET"], 0],
  ];
  for (const [hex, field, size] of cases) {
    const decoder = new HpackDecoder(LIMITS);
    assert.deepEqual(decode(decoder, hex), [field]);
    assert.equal(decoder.tableSize, size);
  }
});

Deno.test("what RFC 7541 forbids is a compression error", () => {
  const cases: readonly [string, string, RegExp][] = [
    ["index 0", "80", /no table entry 0/],
    ["an index behind the dynamic table", "be", /no table entry 62/],
    ["a name behind the dynamic table", "7f00 0161", /no table entry 63/],
    ["an index that does not end", "ff", /inside an integer/],
    ["an index of more than 28 bits", "ffff ffff ffff 7f", /28 bits/],
    ["zeros without end", "ff80 8080 8080 8000", /28 bits/],
    ["a name that is not there", "40", /before a string/],
    ["a value that is not there", "4001 61", /before a string/],
    ["a string over the block's end", "4001 6102 61", /inside a string/],
    ["a size update over the limit", "3fe2 1f", /was not offered/],
    ["a third size update", "2020 2082", /too many/],
    ["a size update behind a field", "8220", /behind a field/],
    ["Huffman padding of a whole byte", "4001 6182 1fff", /Huffman/],
    ["Huffman padding of zeros", "4001 6181 18", /Huffman/],
    ["EOS in a Huffman string", "4001 6184 ffff ffff", /Huffman/],
  ];
  for (const [title, hex, detail] of cases) {
    const failure = failureOf(hex);
    assert.equal(failure?.code, "COMPRESSION_ERROR", title);
    assert.match(failure.detail, detail, title);
  }
});

Deno.test("two size updates before the first field are in order, and empty the table on the way", () => {
  const decoder = new HpackDecoder(LIMITS);
  decode(decoder, "4001 6101 62");
  assert.equal(decoder.tableSize, 34);
  assert.deepEqual(decode(decoder, "203f e11f 82"), [[":method", "GET"]]);
  assert.equal(decoder.tableSize, 0);
  assert.equal(decoder.decode(bytesOf("be"), () => {})?.code, "COMPRESSION_ERROR");
});

Deno.test("an entry larger than the table empties it and is no error", () => {
  const decoder = new HpackDecoder({ ...LIMITS, maxTableSize: 40 });
  decode(decoder, "4001 6101 62");
  assert.equal(decoder.tableSize, 34);
  assert.deepEqual(decode(decoder, "4001 6108 6263 6465 6667 6869"), [["a", "bcdefghi"]]);
  assert.equal(decoder.tableSize, 0);
});

Deno.test("a bomb of indexed fields stops at the limit, and the table is in step behind it", () => {
  const decoder = new HpackDecoder({ ...LIMITS, maxFields: 100_000 });
  const value = "v".repeat(4_000);
  const insert = Buffer.concat([bytesOf("4001 617f a11e"), Buffer.from(value)]);
  assert.equal(decoder.decode(insert, () => {}), null);
  let kept = 0;
  const bomb = Buffer.concat([Buffer.alloc(10_000, 0xbe), bytesOf("4001 6201 63")]);
  const failure = decoder.decode(bomb, (_, text) => kept += text.length);
  assert.equal(failure?.code, "too-large");
  assert.ok(kept <= LIMITS.maxListBytes, `${kept} bytes handed out`);
  assert.deepEqual(decode(decoder, "be"), [["b", "c"]]);
});

Deno.test("more fields than allowed are too large, and the table is in step behind them", () => {
  const decoder = new HpackDecoder({ ...LIMITS, maxFields: 3 });
  let kept = 0;
  const failure = decoder.decode(bytesOf("8282 8282 4001 6101 62"), () => kept++);
  assert.deepEqual(failure, { code: "too-large", detail: "5 fields, at most 3" });
  assert.equal(kept, 3);
  assert.deepEqual(decode(decoder, "be"), [["a", "b"]]);
});

Deno.test("values are byte strings: every byte comes back as one char", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const block = Buffer.concat([bytesOf("0001 617f 8101"), all]);
  let value = "";
  assert.equal(new HpackDecoder(LIMITS).decode(block, (_, text) => value = text), null);
  assert.deepEqual([...value].map((char) => char.charCodeAt(0)), [...all]);
});
