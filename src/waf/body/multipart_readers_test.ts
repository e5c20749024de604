/** Multipart bodies that applications read in different ways (CWE-436): each is read in all of them. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { bodyTypeOf, parseBody } from "./parse_body.ts";

const FILE = 'Content-Disposition: form-data; name="a"; filename="f.png"';
const PNG = "\r\nContent-Type: image/png";

function read(body: string, type = "multipart/form-data; boundary=xYz"): string[] {
  const found: string[] = [];
  const sink = {
    value: (kind: string, _name: string, value: string) => void found.push(`${kind}=${value}`),
    undecoded: () => undefined,
    anomaly: (name: string) => void found.push(`!${name}`),
  };
  parseBody(Buffer.from(body, "latin1"), bodyTypeOf([type], sink), sink);
  return found;
}

function part(head: string, content: string): string[] {
  return read(`--xYz\r\n${head}\r\n\r\n${content}\r\n--xYz--\r\n`);
}

Deno.test("a file that some readers take for a field is judged as both", () => {
  const heads = {
    "formidable: without a type": FILE,
    "PHP: a backslash before the quote":
      `Content-Disposition: form-data; name="a\\\\"; filename="f.png"${PNG}`,
    "PHP and werkzeug: NUL": `Content-Disposition: form-data; name="a"\0; filename="f.png"${PNG}`,
    "formidable and Deno: capitals": `Content-Disposition: form-data; name="a"; FILENAME="f.png"${PNG}`,
    "Tomcat: a no-break space": `Content-Disposition: form-data; name="a";\xa0filename="f.png"${PNG}`,
    "Django: empty the second time": `${FILE}; filename=""${PNG}`,
    "some: filename* alone": `Content-Disposition: form-data; name="a"; filename*=utf-8''f.png${PNG}`,
  };
  for (const [why, head] of Object.entries(heads)) assert.ok(part(head, "evil").includes("arg=evil"), why);
});

Deno.test("a file as browsers and libraries write one is a file only", () => {
  const written = [
    `${FILE}${PNG}`,
    `Content-Disposition: form-data; name=a; filename=f.png; filename*=utf-8''f.png${PNG}`,
    `Content-Type: image/png\r\ncontent-disposition: form-data;name="a b";filename="O'Brien (2).png"`,
    `Content-Disposition: form-data; filename="f.png"; name="a"${PNG}`,
  ];
  for (const head of written) assert.ok(!part(head, "evil").includes("arg=evil"), head);
});

Deno.test("a file without a type, as requests sends them, is a field only where it reads like one", () => {
  const files = [
    "\x1f\x8b\b\x00gzip",
    '<svg xmlns="x"><path d="M0"/></svg>',
    "<!DOCTYPE html><p>x",
    "x\n".repeat(3_000),
  ];
  for (const content of files) {
    assert.ok(!part(FILE, content).some((each) => each.startsWith("arg=")), content.slice(0, 20));
  }
});

Deno.test("the boundary within a line is said: Django and werkzeug begin a part there", () => {
  for (const before of ["x", "\r", " "]) {
    const found = part(`${FILE}${PNG}`, `${before}--xYz\r\n\r\nevil`);
    assert.ok(found.includes("!multipart-hidden-delimiter"), JSON.stringify(before));
  }
  assert.ok(!part(`${FILE}${PNG}`, "--xY --xyz").includes("!multipart-hidden-delimiter"));
});

Deno.test("names are read in the ways of RFC 2231, 5987 and 2047", () => {
  const named = (rest: string) => part(`Content-Disposition: form-data; name="a"; ${rest}`, "x");
  assert.ok(named("filename*=utf-8''%27x+y").includes("multipart-filename='x+y"));
  assert.ok(named("filename*0=un; filename*1=ion").includes("multipart-filename=union"));
  assert.ok(named('filename="=?utf-8?B?Jw==?="').includes("multipart-filename='"));
  assert.ok(named('filename="=?iso-8859-1?q?=27_x?="').includes("multipart-filename=' x"));
  assert.ok(named("filename*=ibm037''%7d").includes("!multipart-charset"));
  assert.ok(named("filename*=iso-8859-1''%27").every((each) => each !== "!multipart-charset"));
});

Deno.test("a name that is none of letters and digits is judged as what an application stores", () => {
  assert.ok(part(`Content-Disposition: form-data; name="a"; filename="x';--"`, "x").includes("arg=x';--"));
  assert.ok(!part(`${FILE}${PNG}`, "x").some((each) => each.startsWith("arg=")));
  assert.ok(part(`${FILE}\r\nContent-Type: x' or 1=1`, "y").includes("arg=x' or 1=1"));
});

Deno.test("a field in base64 is decoded as Django does it, whatever stands between", () => {
  const head = 'Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: Base64';
  assert.ok(part(head, "ZX!Z\r\np-b*A==").includes("arg=evil"));
});

Deno.test("two boundaries are said, and a type behind another", () => {
  const said = (type: string) => read("--xYz--\r\n", type).includes("!content-type-repeated");
  assert.ok(said("multipart/form-data; boundary=abc; boundary*=utf-8''xYz"));
  assert.ok(said("multipart/form-data; boundary*0=xYz; boundary=abc"));
  assert.ok(said("application/pdf; multipart/form-data; boundary=xYz"));
  assert.ok(!said("multipart/related; boundary=xYz; type=application/json"));
  assert.ok(!said("application/pdf; name=a.pdf"));
});
