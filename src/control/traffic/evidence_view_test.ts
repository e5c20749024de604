import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Evidence } from "../../core/evidence.ts";
import { evidenceText } from "./evidence_view.ts";

function textOf(type: string, body: string | Uint8Array, headers: [string, string][] = []) {
  const evidence: Evidence = {
    requestId: "r1",
    hostId: "h1",
    at: 0,
    client: "192.0.2.1",
    protocol: "HTTP/1.1",
    method: "POST",
    rawPath: "/a",
    rawQuery: "q=1&access_token=hunter2secret",
    headers: [["content-type", type], ...headers],
    body: typeof body === "string" ? Buffer.from(body) : body,
    bodyLacks: "nothing",
    trailers: [],
    signs: {},
  };
  return evidenceText(evidence);
}

Deno.test("[SECURITY] secrets of every kind of body, of the query and of the head are shown by their shape", () => {
  const secret = "hunter2secret";
  const form = "multipart/form-data; boundary=xx";
  const part = (name: string, value: string) =>
    `--xx\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const bodies: [string, string][] = [
    ["application/x-www-form-urlencoded", `comment=hello&password=${secret}`],
    ["application/json", JSON.stringify({ comment: "hello", user: { api_key: secret } })],
    [form, `${part("comment", "hello")}${part("password", secret)}--xx--\r\n`],
    ["application/xml", `<a><comment>hello</comment><password>${secret}</password></a>`],
  ];
  for (const [type, body] of bodies) {
    const shown = textOf(type, body, [["authorization", `Bearer ${secret}`], ["cookie", `sid=${secret}`]]);
    const all = JSON.stringify(shown);
    assert.equal(all.includes(secret), false, `${type}: ${all}`);
    assert.ok(shown.body?.includes("hello"), type);
  }
});

Deno.test("a body that is compressed or no text is not shown, since nothing in it could be hidden", () => {
  assert.equal(textOf("text/plain", "password=x", [["content-encoding", "gzip"]]).body, null);
  assert.equal(textOf("text/plain", new Uint8Array([0xff, 0xfe, 0x70, 0])).body, null);
  assert.equal(textOf("text/plain", "").body, "");
});
