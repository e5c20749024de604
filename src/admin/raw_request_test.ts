import assert from "node:assert/strict";
import { parseRawRequest } from "./raw_request.ts";

Deno.test("raw HTTP with headers and body", () => {
  assert.deepEqual(
    parseRawRequest(
      "post /a?b=1 HTTP/1.1\r\nHost: x.example\r\nContent-Type: text/plain\r\n\r\nline 1\r\nline 2",
    ),
    {
      method: "POST",
      path: "/a?b=1",
      headers: [["Host", "x.example"], ["Content-Type", "text/plain"]],
      body: "line 1\nline 2",
    },
  );
});

Deno.test("a curl command as browsers copy it", () => {
  const command =
    `curl 'https://shop.example.com/cart?id=1' \\\n  -H 'accept: */*' \\\n  --data-raw 'q=it''s "here"' --compressed`;
  const request = parseRawRequest(command);
  assert.equal(request.method, "POST");
  assert.equal(request.path, "/cart?id=1");
  assert.deepEqual(request.headers, [
    ["host", "shop.example.com"],
    ["accept", "*/*"],
    ["content-type", "application/x-www-form-urlencoded"],
  ]);
  assert.equal(request.body, `q=its "here"`);
});

Deno.test("only a value becomes a query argument, byte for byte", () => {
  assert.equal(
    parseRawRequest("1' UNION\nALL SELECT").path,
    `/?value=${encodeURIComponent("1' UNION\nALL SELECT")}`,
  );
  assert.equal(parseRawRequest("select a from b").path, "/?value=select%20a%20from%20b");
});

Deno.test("an absolute address is reduced to path and query", () => {
  assert.equal(parseRawRequest("GET http://x.example/p?q#frag").path, "/p?q");
});
