import assert from "node:assert/strict";
import { ENCODINGS } from "../../core/compression.ts";
import { chooseEncoding } from "./accept_encoding.ts";

for (
  const [accept, chosen] of [
    [undefined, null],
    ["", null],
    ["gzip, deflate, br, zstd", "zstd"],
    ["gzip, deflate, br", "br"],
    ["GZIP", "gzip"],
    ["x-gzip", "gzip"],
    ["deflate", null],
    ["gzip;q=1.0, br;q=0.5", "gzip"],
    ["gzip; q=0.5 , br ; q=0.501", "br"],
    ["*", "zstd"],
    ["zstd;q=0, *;q=0.1", "br"],
    ["gzip;q=0", null],
    ["gzip;q=0.000, br;q=0", null],
    ["gzip;q=2, br;q=x", null],
    ["identity", null],
    ["identity;q=1, gzip;q=0.5", null],
    ["identity;q=0.5, gzip;q=0.5", "gzip"],
    ["identity;q=0, gzip;q=0.1", "gzip"],
    [`${"a,".repeat(40)}gzip`, null],
  ] as const
) {
  Deno.test(`Accept-Encoding ${accept?.slice(0, 40)} gets ${chosen ?? "the answer as it is"}`, () => {
    assert.equal(chooseEncoding(accept, ENCODINGS), chosen);
  });
}

Deno.test("only what the host offers is chosen", () => {
  assert.equal(chooseEncoding("zstd, br, gzip", ["gzip"]), "gzip");
  assert.equal(chooseEncoding("zstd", ["gzip", "br"]), null);
});
