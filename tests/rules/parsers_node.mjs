/**
 * What applications on Node make of bodies: run by parsers_test.ts. Reads `[{type, body}]` (body in base64) from standard
 * input, writes for each what every parser found in it: `[[parser, value], …]`. Arguments: folders of busboy, formidable.
 */
import { createRequire } from "node:module";
import querystring from "node:querystring";
import { PassThrough, Readable, Writable } from "node:stream";
import { json } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const [busboyFolder, formidableFolder] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const busboy = require(busboyFolder);
const { default: formidable } = await import(pathToFileURL(`${formidableFolder}/src/index.js`).href);

const cases = await json(process.stdin);
const found = [];
for (const { type, body } of cases) found.push(await readAll(type, Buffer.from(body, "base64")));
process.stdout.write(JSON.stringify(found));

async function readAll(type, body) {
  const values = [];
  for (
    const [name, read] of Object.entries({
      asJson,
      asPairs,
      asUrlencoded,
      asFormData,
      asBusboy,
      asFormidable,
    })
  ) {
    // A body that is none to a parser gives nothing there.
    try {
      await read(type, body, (value) => values.push([name, String(value)]));
    } catch {
      continue;
    }
  }
  return values;
}

/** `express.json({ type: () => true })`, `JSON.parse` of the raw body. */
function asJson(_type, body, add) {
  walk(JSON.parse(body.toString("utf8")), add);
}

function walk(value, add) {
  if (value === null || typeof value !== "object") return add(value);
  for (const [key, each] of Object.entries(value)) {
    add(key);
    walk(each, add);
  }
}

/** Whatever its type: the raw body as a form. */
function asPairs(_type, body, add) {
  for (const [name, value] of new URLSearchParams(body.toString("utf8"))) [name, value].forEach(add);
}

function asUrlencoded(type, body, add) {
  if (/urlencoded/i.test(type)) walk(querystring.parse(body.toString("utf8")), add);
}

async function asFormData(type, body, add) {
  const form = await new Response(body, { headers: { "content-type": type } }).formData();
  for (const [name, value] of form) [name, typeof value === "string" ? value : value.name].forEach(add);
}

async function asBusboy(type, body, add) {
  const parser = busboy({ headers: { "content-type": type } });
  parser.on("field", (name, value) => [name, value].forEach(add));
  parser.on("file", (_name, content) => content.on("error", () => content.destroy()).resume());
  await new Promise((resolve) => {
    parser.on("close", resolve).on("error", resolve);
    Readable.from([body]).pipe(parser);
  });
}

async function asFormidable(type, body, add) {
  const stream = new PassThrough();
  stream.end(body);
  const request = Object.assign(stream, {
    headers: { "content-type": type, "content-length": String(body.length) },
  });
  const form = formidable({
    allowEmptyFiles: true,
    minFileSize: 0,
    fileWriteStreamHandler: () => new Writable({ write: (_chunk, _encoding, done) => done() }),
  });
  form.on("field", (name, value) => {
    add(name);
    walk(value, add);
  });
  await form.parse(request);
}
