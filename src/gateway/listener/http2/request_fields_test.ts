import assert from "node:assert/strict";
import fc from "fast-check";
import { RequestFields } from "./request_fields.ts";

type Field = readonly [name: string, value: string];

/** What is left of a block for everybody behind. */
function read(fields: RequestFields, block: readonly Field[], isTrailer = false) {
  fields.begin(isTrailer);
  for (const [name, value] of block) fields.take(name, value);
  fields.finish();
  const { authority, contentLength, expect, failure, hosts, lengths, priority, pseudoOrder } = fields;
  const said = { authority, contentLength, expect, failure, hosts, lengths, priority, pseudoOrder };
  return failure === null ? { ...said, list: [...fields.headers.entries()] } : { failure };
}

const GET: readonly Field[] = [[":method", "GET"], [":authority", "a.test"], [":path", "/"]];

Deno.test("a request that repeats the fields of the one before gets the same list", () => {
  const fields = new RequestFields();
  const block: readonly Field[] = [...GET, ["accept", "*/*"], ["cookie", "a=1"], ["x-a", "1"], [
    "cookie",
    "b=2",
  ]];
  read(fields, block);
  const first = fields.headers;
  assert.deepEqual([...first.entries()], [
    ["host", "a.test"],
    ["accept", "*/*"],
    ["cookie", "a=1; b=2"],
    ["x-a", "1"],
  ]);
  read(fields, [[":method", "GET"], [":authority", "a.test"], [":path", "/other"], ...block.slice(3)]);
  assert.equal(fields.headers, first);
  read(fields, [...GET, ["accept", "*/*"]], true);
  read(fields, block);
  assert.equal(fields.headers, first, "trailers between say nothing of requests");
  read(fields, block.slice(0, -1));
  assert.notEqual(fields.headers, first);
  assert.equal(fields.headers.get("cookie"), "a=1");
});

Deno.test("whatever a connection sent before, each block reads as if it were the first", () => {
  const name = fc.constantFrom(
    "host",
    "cookie",
    "content-length",
    "expect",
    "priority",
    "te",
    "x-a",
    "X-B",
    "connection",
  );
  const value = fc.constantFrom("a.test", "b.test", "1", "trailers", "", " x", "y\r\nz");
  const pseudo = fc.constantFrom<Field[]>(
    [[":method", "GET"], [":authority", "a.test"], [":path", "/"]],
    [[":authority", "b.test"], [":method", "GET"]],
    [[":method", "GET"]],
    [],
  );
  const block = fc.tuple(pseudo, fc.array(fc.tuple(name, value), { maxLength: 4 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(block, { maxLength: 8 }), fc.array(fc.nat(7), { maxLength: 8 }), (blocks, again) => {
      const used = new RequestFields();
      const order = [...blocks, ...again.flatMap((i) => blocks[i] === undefined ? [] : [blocks[i]!])];
      for (const [heads, rest, isTrailer] of order) {
        const all = [...heads, ...rest];
        assert.deepEqual(read(used, all, isTrailer), read(new RequestFields(), all, isTrailer));
      }
    }),
    { numRuns: 3_000 },
  );
});
