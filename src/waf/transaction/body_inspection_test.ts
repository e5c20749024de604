import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { inflateBody } from "../body/inflate.ts";
import { buildRequest } from "../rule_files/example_request.ts";
import { decide, testPolicy } from "../../../tests/support/test_policy.ts";
import { testRule as rule } from "../../../tests/support/test_rule.ts";

/** What the rule `attack` says of a body in windows of `size`; each is refused before the next. */
function inWindows(
  type: string,
  body: Uint8Array,
  size: number,
  headers: Record<string, string> = {},
): string {
  const attack = rule("attack", {
    targets: ["args", "body", "json", "xml"],
    transform: ["url-decode", "replace-comments", "compress-whitespace"],
    match: { regex: "union select" },
  });
  const limits = rule("limits", {
    targets: ["anomalies"],
    match: { regex: "^(?:encoding-too-large|charset-unusual)$" },
  });
  const built = buildRequest({ body: "", content_type: type, headers });
  const transaction = testPolicy([attack, limits]).begin(built.request);
  transaction.requestHead();
  for (let at = 0; at < body.length; at += size) {
    if (transaction.requestBodyWindow(body.subarray(at, at + size)) !== "pass") break;
  }
  transaction.requestBodyEnd();
  return [...new Set(transaction.findings.map((each) => each.ruleId))].join(" ");
}

Deno.test("behind the held part an attack is found however it is written, padded or cut", () => {
  const padding = "lorem ipsum ".repeat(1_000);
  const cases: Record<string, [string, string]> = {
    "escapes of JSON": ["application/json", `{"a":"${padding}","b":"\\u0075nion \\u0073elect"}`],
    "references of XML": ["text/xml", `<a>${padding}</a><b>&#117;nion&#x20;select</b>`],
    "a form": ["application/x-www-form-urlencoded", `a=${padding}&b=%75nion+sel%65ct`],
    "a long comment": ["text/plain", `${padding}union/*${"comment of ours ".repeat(900)}*/select`],
    "a long comment of a form": [
      "application/x-www-form-urlencoded",
      `a=${padding}&b=union/*${"x".repeat(9_000)}*/select`,
    ],
    "long white space": ["text/plain", `${padding}union${" ".repeat(9_000)}select`],
    "a comment that hides nothing": [
      "text/plain",
      `${padding} /* ${"y".repeat(9_000)} union select ${"y".repeat(9_000)}`,
    ],
    "a part that never ends": [
      "multipart/form-data; boundary=x",
      `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n${padding}\r\n--x\r\nContent-Disposition: form-data; name="b"\r\n\r\nunion select`,
    ],
  };
  for (const [name, [type, text]] of Object.entries(cases)) {
    for (const size of [61, 1_001, 65_536]) {
      assert.equal(inWindows(type, Buffer.from(text), size), "attack", `${name}, ${size}`);
    }
  }
});

Deno.test("a type that means no text hides none, and real files are not taken for text", () => {
  const attack = rule("attack", { targets: ["args", "json", "xml"], match: { regex: "union select" } });
  const decided = (body: string, type: string) => decide(testPolicy([attack]), { body, content_type: type });
  for (const type of ["image/png", "application/octet-stream", "application/pdf"]) {
    assert.equal(decided('{"q":"union select"}', type), "refuse", type);
    assert.equal(decided("q=%75nion+select", type), "refuse", type);
    assert.equal(decided('<?xml version="1.0"?><q>union select</q>', type), "refuse", type);
    assert.equal(decided("\x89PNG\r\n\x1a\n{ union select }", type), "pass", type);
    assert.equal(decided("%PDF-1.7\n%\xe2\xe3\xcf\xd3\nunion select", type), "pass", type);
  }
  const long = `{"a":"${"x ".repeat(9_000)}","b":"union select"}`;
  assert.equal(inWindows("image/png", Buffer.from(long), 1_001), "attack");
});

Deno.test("what an application puts together again is judged together", () => {
  const attack = rule("attack", { targets: ["args", "xml"], match: { regex: "union select" } });
  const decided = (type: string, body: string) => decide(testPolicy([attack]), { body, content_type: type });
  assert.equal(decided("text/xml", "<a>un<![CDATA[ion sel]]>ect</a>"), "refuse");
  assert.equal(decided("text/xml", "<a>union <!-- x -->select</a>"), "refuse");
  assert.equal(decided("text/xml", "<a><b>union </b><c>select</c></a>"), "pass");
  const part = (head: string, content: string) =>
    decided("multipart/form-data; boundary=x", `--x\r\n${head}\r\n\r\n${content}\r\n--x--\r\n`);
  const field = 'Content-Disposition: form-data; name="q"';
  const quoted = `${field}\r\nContent-Transfer-Encoding: quoted-printable`;
  assert.equal(part(quoted, "=75nion sel=\r\nect"), "refuse");
  assert.equal(part(`${field}; filename=""`, "union select"), "refuse");
  assert.equal(part(`${field}; filename="a.sql"\r\nContent-Type: text/plain`, "union select"), "pass");
});

Deno.test("a character that a cut divides does not hide the text around it", () => {
  const body = Buffer.from("ｕｎｉｏｎ select ü".repeat(40));
  const wide = rule("wide", {
    targets: ["body"],
    transform: ["unicode"],
    match: { regex: "union select" },
  });
  for (const cut of [1, 2, 4, 5]) {
    const transaction = testPolicy([wide]).begin(
      buildRequest({ body: "", content_type: "text/plain" }).request,
    );
    transaction.requestHead();
    assert.equal(transaction.requestBodyWindow(body.subarray(cut, 200 + cut)), "refuse", String(cut));
  }
});

Deno.test("long values are judged without their padding too", () => {
  const comment = rule("c", {
    transform: ["replace-comments", "compress-whitespace"],
    match: { regex: "union select" },
  });
  for (const apart of [`/*${"x".repeat(9_000)}*/`, " ".repeat(9_000)]) {
    assert.equal(
      decide(testPolicy([comment]), { form: { q: `union ${apart} select` } }),
      "refuse",
      apart.slice(0, 3),
    );
  }
});

Deno.test("what compression or its name hides is looked at or refused", () => {
  const gzip = gzipSync("a=harmless");
  // RFC 1952, 2.3: a file name stands in the clear, and whoever ignores Content-Encoding reads it.
  const named = Buffer.concat([
    gzip.subarray(0, 3),
    Buffer.of(8),
    gzip.subarray(4, 10),
    Buffer.from("&b=union select&\0"),
    gzip.subarray(10),
  ]);
  const form = "application/x-www-form-urlencoded";
  const attack = rule("attack", { targets: ["args", "body"], match: { regex: "union select" } });
  const judged = (body: Uint8Array, encoding: string) => {
    const headers = { "content-encoding": encoding };
    const transaction = testPolicy([attack]).begin(
      buildRequest({ body: "", content_type: form, headers }).request,
    );
    transaction.requestHead();
    return transaction.requestBody(body);
  };
  const plain = Buffer.from("b=union+select");
  for (const encoding of ["gzip", "zstd", "br", "identity", "aws-chunked", "snappy", "gzip, gzip"]) {
    assert.equal(judged(plain, encoding), "refuse", `plain text called ${encoding}`);
  }
  assert.equal(judged(gzipSync(plain), "gzip"), "refuse");
  assert.equal(judged(zstdCompressSync(plain), "zstd"), "refuse");
  assert.equal(judged(named, "gzip"), "refuse", "name of a gzip member");
  assert.equal(judged(Buffer.concat([gzip, plain]), "gzip"), "refuse", "behind the end");
  for (const [encoding, compress] of [["deflate", deflateSync], ["br", brotliCompressSync]] as const) {
    const behind = Buffer.concat([compress("a=harmless"), Buffer.from("&")]);
    assert.deepEqual(inflateBody(behind, encoding, 1_000).anomalies, ["encoding-malformed"], encoding);
    assert.equal(judged(compress("a=harmless"), encoding), "pass", encoding);
  }
  assert.equal(judged(gzip, "gzip"), "pass");
  assert.equal(inWindows(form, plain, 100, { "content-encoding": "gzip" }), "limits attack");
});
