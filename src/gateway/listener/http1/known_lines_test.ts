import { Buffer } from "node:buffer";
import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { HeaderList } from "../../../core/header_list.ts";
import { parseFields, serialiseFields } from "./fields.ts";
import { KnownLines } from "./known_lines.ts";

/** What a section becomes: fields and what is written of them, or the failure. */
function read(section: string, known: KnownLines | null): unknown {
  const bytes = Buffer.from(`head\r\n${section}\r\n`, "latin1");
  const list = new HeaderList();
  const failure = parseFields(bytes, 6, bytes.length - 2, 40, list, known);
  return failure ?? { fields: [...list.entries()], written: serialiseFields(list) };
}

const LINES = [
  "Server: nginx\r\n",
  "server: nginx\r\n",
  "Content-Length: 12\r\n",
  "Content-Length: 13\r\n",
  "Content-Length: 1\r\n",
  "X-Odd:\t a b \xe4 \t\r\n",
  "X-Empty:\r\n",
  `Content-Security-Policy: ${"default-src 'self'; ".repeat(20)}\r\n`,
  "Set-Cookie: a=1\r\n",
  " folded: 1\r\n",
  "No-End: 1",
  "Bare: \n1\r\n",
  "Server : nginx\r\n",
];

Deno.test("sections read by what was known of the sender are read as without it, whatever came before", () => {
  const sections = fc.array(fc.array(fc.constantFrom(...LINES), { maxLength: 45 }), { maxLength: 12 });
  fc.assert(fc.property(sections, (each) => {
    const known = new KnownLines();
    for (const lines of each) deepEqual(read(lines.join(""), known), read(lines.join(""), null));
  }));
});

Deno.test("a line that comes again gives the same strings, and its text for the writer", () => {
  const known = new KnownLines();
  const bytes = Buffer.from('ETag: "1"\r\nX-Long:  value \r\n', "latin1");
  const lists = [1, 2, 3].map(() => {
    const list = new HeaderList();
    equal(parseFields(bytes, 0, bytes.length, 10, list, known), null);
    return list;
  });
  deepEqual(lists.map((list) => list.line(1)), ["", "x-long: value\r\n", "x-long: value\r\n"]);
  equal(lists[2]!.values[0], '"1"');
});
