import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MultipartReader } from "./multipart.ts";
import { bodyTypeOf, parseBody, typeByContent } from "./parse_body.ts";

/** What a body is taken apart into: `kind name=value` lines, then `!anomaly` lines. */
function partsOf(type: string | string[], body: string | Uint8Array): string[] {
  const found: string[] = [];
  const sink = recorder(found);
  const types = Array.isArray(type) ? type : [type];
  parseBody(typeof body === "string" ? Buffer.from(body, "utf-8") : body, bodyTypeOf(types, sink), sink);
  return found.filter((each) => !each.startsWith("body "));
}

function recorder(found: string[]) {
  return {
    value: (kind: string, name: string, value: string) => void found.push(`${kind} ${name}=${value}`),
    undecoded: () => undefined,
    anomaly: (name: string) => void found.push(`!${name}`),
  };
}

Deno.test("form fields are decoded once", () => {
  assert.deepEqual(partsOf("application/x-www-form-urlencoded", "a=1+2&b=%2527&&c&%64=%C3%A9"), [
    "arg-name a=a",
    "arg a=1 2",
    "arg-name b=b",
    "arg b=%27",
    "arg-name c=c",
    "arg-name d=d",
    "arg d=\u00e9",
  ]);
});

Deno.test("JSON gives every string and number with its path", () => {
  const body = '{"user":{"name":"A\\u003cb","age":7},"tags":["x",{"y":"z"}],"ok":true}';
  assert.deepEqual(partsOf("application/json", body), [
    "json-key user=user",
    "json-key name=name",
    "json user.name=A<b",
    "json-key age=age",
    "json user.age=7",
    "json-key tags=tags",
    "json tags[]=x",
    "json-key y=y",
    "json tags[].y=z",
    "json-key ok=ok",
  ]);
});

Deno.test("both values of a repeated JSON key are seen", () => {
  assert.deepEqual(partsOf("application/json", '{"a":"evil","a":"good"}'), [
    "json-key a=a",
    "json a=evil",
    "!json-repeated-key",
    "json-key a=a",
    "json a=good",
  ]);
});

Deno.test("broken JSON is reported, handed out as text and read on", () => {
  for (
    const broken of ['{"a":"x"', "{a:1}", '{"a":"x",}', "[1 2]", '{"a" "b"}', "[}", "", '"a', "{}x", "tru"]
  ) {
    const found = partsOf("application/json", broken);
    if (broken === "") assert.deepEqual(found, []);
    else assert.ok(found.includes("!json-malformed") && found.includes(`json =${broken}`), broken);
  }
  for (const sound of ["[]", "{}", '"a"', "1", " [1, 2] ", '{"a":{}}', "null", "-1.5e3"]) {
    assert.ok(!partsOf("application/json", sound).includes("!json-malformed"), sound);
  }
  assert.ok(!partsOf("application/x-ndjson", '{"a":1}\n{"a":2}').includes("!json-malformed"));
});

Deno.test("JSON deeper than the limit is read flat", () => {
  const found = partsOf("application/json", `${"[".repeat(100)}"deep"${"]".repeat(100)}`);
  assert.ok(found.includes("!json-too-deep"));
  assert.ok(found.some((each) => each.endsWith("=deep")));
});

Deno.test("JSON under another content type is read as JSON too", () => {
  assert.ok(partsOf("text/plain", '{"a":"x"}').includes("json a=x"));
  assert.ok(partsOf("application/x-www-form-urlencoded", '{"a":"x"}').includes("json a=x"));
});

Deno.test("XML gives text, attributes, comments and its document type", () => {
  const found = partsOf(
    "text/xml",
    '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///x">]><a b="c"><!--d-->e<![CDATA[f]]></a>',
  );
  assert.deepEqual(found.filter((each) => !each.includes("DOCTYPE")), [
    "!xml-doctype",
    "!xml-entity",
    "xml-attribute b=c",
    "xml a=d",
    "xml a=ef",
  ]);
  assert.ok(partsOf("application/soap+xml", "<a>x</b>").includes("!xml-malformed"));
});

Deno.test("charsets are read by declaration and by byte order mark", () => {
  const wide = new Uint8Array([0xff, 0xfe, ...Buffer.from("<script>", "utf16le")]);
  assert.deepEqual(partsOf("text/plain", wide), ["!charset-unusual", "xml =<script>"]);
  assert.ok(partsOf("text/plain; charset=utf-7", "+ADw-script+AD4-").includes("xml =<script>"));
  assert.ok(partsOf("text/plain; charset=ibm037", "x").includes("!charset-unusual"));
  assert.ok(partsOf("text/plain; charset=nonsense", "x").includes("!charset-unknown"));
  assert.deepEqual(partsOf("text/plain; charset=iso-8859-1", new Uint8Array([0xe9])), ["text =\u00e9"]);
});

Deno.test("content types that readers take differently are reported", () => {
  assert.ok(partsOf(["text/plain", "application/json"], "x").includes("!content-type-repeated"));
  assert.ok(partsOf("text/plain; charset=a; charset=b", "x").includes("!content-type-repeated"));
  assert.ok(partsOf("text", "x").includes("!content-type-malformed"));
});

const FORM = "multipart/form-data; boundary=x";
function part(head: string, content: string): string {
  return `--x\r\n${head}\r\n\r\n${content}\r\n`;
}
const FIELD = 'Content-Disposition: form-data; name="a"';
const FILE = 'Content-Disposition: form-data; name="f"; filename="p.php"\r\nContent-Type: image/png';

function withoutHeaders(found: readonly string[]): string[] {
  return found.filter((each) => !each.startsWith("multipart-header"));
}

Deno.test("multipart gives fields, file names and files", () => {
  const found = partsOf(FORM, part(FIELD, "1' or 1") + part(FILE, "<?php") + "--x--\r\n");
  assert.deepEqual(withoutHeaders(found), [
    "multipart-name a=a",
    "arg a=1' or 1",
    "multipart-name f=f",
    "multipart-filename f=p.php",
    "file f=<?php",
  ]);
  assert.ok(found.includes("multipart-header content-type=image/png"));
});

Deno.test("an empty field and a content with line ends and dashes are whole", () => {
  assert.deepEqual(withoutHeaders(partsOf(FORM, part(FIELD, "") + "--x--")), ["multipart-name a=a"]);
  const odd = "\r\n--y\r\n-- x\n--";
  assert.deepEqual(withoutHeaders(partsOf(FORM, part(FIELD, odd) + "--x--")), [
    "multipart-name a=a",
    `arg a=${odd}`,
  ]);
});

Deno.test("multipart that readers take differently is reported, and its content handed out", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["multipart-repeated-header", part(`${FIELD}\r\n${FIELD.replace("a", "b")}`, "v") + "--x--"],
    ["multipart-repeated-header", part('Content-Disposition: form-data; name="a"; name="b"', "v") + "--x--"],
    ["multipart-unknown-header", part(`${FIELD}\r\nX-Odd: 1`, "v") + "--x--"],
    [
      "multipart-charset",
      part(`${FIELD}\r\nContent-Type: text/plain; charset=utf-7`, "v") + part(FIELD, "v") + "--x--",
    ],
    ["multipart-encoding", part(`${FIELD}\r\nContent-Transfer-Encoding: base64`, "v") + "--x--"],
    ["multipart-epilogue", part(FIELD, "v") + "--x--\r\nmore=1"],
    ["multipart-unclosed", part(FIELD, "v")],
    ["multipart-malformed", "before\r\n" + part(FIELD, "v") + "--x--"],
    ["multipart-malformed", part(FIELD, "v").replaceAll("\r\n", "\n") + "--x--"],
    ["multipart-malformed", part("no colon", "v") + "--x--"],
  ];
  for (const [anomaly, body] of cases) {
    const found = partsOf(FORM, body);
    assert.ok(found.includes(`!${anomaly}`), `${anomaly}: ${JSON.stringify(found)}`);
    assert.ok(
      found.some((each) => /^(?:arg \w*|text )=/.test(each) && each.includes("v")),
      JSON.stringify(found),
    );
  }
  assert.ok(partsOf("multipart/form-data", part(FIELD, "v")).includes("!multipart-no-boundary"));
});

Deno.test("multipart is read the same however it is cut", () => {
  const body = Buffer.from(
    part(FIELD, "x".repeat(300)) + part(FILE, "data\r\n--") + part(FIELD, "") + "--x--\r\n",
  );
  const whole = partsOf(FORM, body);
  for (let step = 1; step < body.length; step = step * 2 + 1) {
    const found: string[] = [];
    const reader = new MultipartReader("x", recorder(found));
    for (let at = 0; at < body.length; at += step) reader.push(body.subarray(at, at + step));
    reader.end();
    assert.deepEqual(found, whole, `in pieces of ${step}`);
  }
});

Deno.test("a long field is handed out in pieces that overlap", () => {
  const long = `${"a".repeat(40_000)}needle${"b".repeat(60_000)}`;
  for (const step of [1_000, 33_000, 200_000]) {
    const found: string[] = [];
    const reader = new MultipartReader("x", recorder(found));
    const body = Buffer.from(part(FIELD, long) + "--x--");
    for (let at = 0; at < body.length; at += step) reader.push(body.subarray(at, at + step));
    reader.end();
    assert.ok(found.some((each) => each.includes("needle")), `in pieces of ${step}`);
    assert.deepEqual(found.filter((each) => each.startsWith("!")), []);
  }
});

/** Bytes as of a compressed file: no two runs of the same. */
function fileBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** As `partsOf`, of a body without a Content-Type. */
function partsOfUntyped(body: Uint8Array): string[] {
  const found: string[] = [];
  const sink = recorder(found);
  parseBody(body, typeByContent(bodyTypeOf([], sink), body), sink);
  return found;
}

Deno.test("a file without a Content-Type is one: nothing of it is a field, a document or a text", () => {
  assert.deepEqual(partsOfUntyped(fileBytes(50_000)).map((each) => each.split(" ")[0]), ["bytes"]);
});

Deno.test("fields between the bytes of an untyped body are fields", () => {
  const body = Buffer.concat([fileBytes(5_000), Buffer.from("&id=1'+or+1=1--+&"), fileBytes(5_000)]);
  assert.deepEqual(partsOfUntyped(body).slice(1), ["arg-name id=id", "arg id=1' or 1=1-- "]);
});

Deno.test("JSON, XML and forms without a Content-Type are read as such, whatever bytes follow", () => {
  for (
    const [text, part] of [
      ['{"a":"x"}\n', "json a=x"],
      ["<?xml version='1.0'?><a>x</a>", "xml a=x"],
      [`a=${"x".repeat(130)}&b=`, `arg a=${"x".repeat(130)}`],
    ] as const
  ) {
    assert.ok(partsOfUntyped(Buffer.concat([Buffer.from(text), fileBytes(5_000)])).includes(part), text);
  }
});

Deno.test("charsets that hide ASCII are told by what they are, whatever runtimes call them", () => {
  // Names of Python's codecs and of Java's charsets; the last five leave ASCII as it is.
  const form = "application/x-www-form-urlencoded; charset=";
  for (
    const name of ["037", "csIBM037", "u7", "utf_7", "unicode_escape", "'cp500'", "HZ", "iso2022_jp", "u32"]
  ) {
    assert.ok(partsOf(form + name, "a=1").includes("!charset-unusual"), name);
  }
  for (const name of ["UTF_8", "'utf-8'", "windows-1251", "Shift_JIS", "gb18030"]) {
    assert.ok(!partsOf(form + name, "a=1").includes("!charset-unusual"), name);
  }
  assert.ok(partsOf("multipart/form-data; boundary=x; charset=utf-7", "--x--").includes("!charset-unusual"));
});

Deno.test("JSON and XML in wide characters or EBCDIC are known without a mark", () => {
  const wide = Buffer.from('{"a":"<b>"}', "utf16le");
  for (const type of ["application/json", "application/x-www-form-urlencoded", "text/plain"]) {
    const parts = partsOf(type, wide);
    assert.ok(parts.includes("!charset-unusual") && parts.includes("json a=<b>"), type);
    assert.ok(partsOf(type, Buffer.from(wide).swap16()).includes("json a=<b>"), type);
  }
  assert.ok(partsOf("text/xml", Uint8Array.of(0x4c, 0x6f, 0xa7, 0x94, 0x93)).includes("!charset-unusual"));
  const declared = (name: string) => partsOf("text/xml", `<?xml version="1.0" encoding="${name}"?><r/>`);
  assert.ok(declared("HZ").includes("!charset-unusual"));
  assert.deepEqual(declared("utf-16"), [], ".NET says so of UTF-8");
  assert.deepEqual(declared("windows-1252"), []);
});

Deno.test("text with elements in it is handed out as a whole too", () => {
  assert.deepEqual(partsOf("text/xml", "<r>un<b/>ion <c>x</c></r>"), [
    "xml r=un",
    "xml r=ion ",
    "xml c=x",
    "xml =union x",
  ]);
  assert.deepEqual(partsOf("text/xml", "<r><b>un</b><c>ion</c></r>"), ["xml b=un", "xml c=ion"]);
  const foreign = '<!DOCTYPE r SYSTEM "r.dtd"><r>un&none;ion &lt;</r>';
  assert.ok(partsOf("text/xml", foreign).includes("xml r=union <"));
});

Deno.test("XML and JSON are read under any type", () => {
  for (const type of ["image/png", "application/x-www-form-urlencoded", "application/json"]) {
    assert.ok(readAs(type, "<r>&#x41;</r>").includes("xml r=A"), type);
  }
  for (const text of ['"\\u0041"', '[-1,"\\u0041"]', '[null,"\\u0041"]', `${" ".repeat(500)}["\\u0041"]`]) {
    assert.ok(readAs("image/png", text).some((each) => each.endsWith("=A")), text.trim());
  }
});

Deno.test("pages and pictures called octet-stream are files", () => {
  for (const text of ["<!doctype html><p>x", "<html><p>x", '<svg xmlns="x"><text>x</text></svg>']) {
    assert.deepEqual(readAs("application/octet-stream", text), [`bytes =${text}`]);
  }
});

/** As `partsOf`, where the beginning of the body has a say in its type. */
function readAs(type: string, body: string): string[] {
  const found: string[] = [];
  const sink = recorder(found);
  const bytes = Buffer.from(body);
  parseBody(bytes, typeByContent(bodyTypeOf([type], sink), bytes), sink);
  return found;
}
