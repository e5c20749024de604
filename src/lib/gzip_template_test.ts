import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { GzipTemplate, type PiecesAndPlaces } from "./gzip_template.ts";

function fill({ pieces, places }: PiecesAndPlaces, parts: readonly string[]): Buffer {
  const filled = pieces.flatMap((piece, i) => {
    const place = places[i];
    return place === undefined ? [piece] : [piece, Buffer.from(parts[place]!, "latin1")];
  });
  return Buffer.concat(filled);
}

function zipped(template: GzipTemplate, parts: readonly string[]): Buffer {
  return fill(template, [...parts, template.checksum(parts)]);
}

const ascii = (length: number) => fc.string({ minLength: length, maxLength: length, unit: "binary-ascii" });

Deno.test("what a template is filled with comes out of another gzip's reader, checksum and length included", () => {
  const texts = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 });
  const lengths = fc.array(fc.nat(40), { minLength: 1, maxLength: 3 });
  const anything = fc.tuple(texts, lengths).chain(([pieces, lengths]) =>
    fc.record({
      pieces: fc.constant(pieces),
      lengths: fc.constant(lengths),
      places: fc.array(fc.nat(lengths.length - 1), {
        minLength: pieces.length - 1,
        maxLength: pieces.length - 1,
      }),
      fills: fc.array(fc.tuple(...lengths.map(ascii)), { minLength: 2, maxLength: 2 }),
    })
  );
  fc.assert(fc.property(anything, ({ pieces, places, lengths, fills }) => {
    const template = new GzipTemplate({ pieces, places }, lengths);
    for (const parts of fills) {
      assert.deepEqual(gunzipSync(zipped(template, parts)), fill({ pieces, places }, parts));
    }
  }));
});

Deno.test("it takes parts of the lengths it was made for, and no others", () => {
  const template = new GzipTemplate({ pieces: [new Uint8Array(2), new Uint8Array(1)], places: [0] }, [3]);
  assert.equal(template.fits(["abc"]), true);
  assert.equal(template.fits(["abcd"]), false);
  assert.equal(template.fits([]), false);
  assert.throws(
    () => new GzipTemplate({ pieces: [new Uint8Array(1)], places: [] }, [65_536]),
    /at most 65535 chars/,
  );
});

Deno.test("text between its parts is deflated", () => {
  const pieces = [Buffer.from("abc ".repeat(500)), Buffer.from("def ".repeat(500))];
  assert.ok(zipped(new GzipTemplate({ pieces, places: [0] }, [26]), ["x".repeat(26)]).length < 150);
});
