import { equal, ok } from "node:assert/strict";
import { testRequest } from "../../../tests/support/upstream_exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import { serialiseRequestHead } from "./request_head.ts";

const URL = "http://127.0.0.1:1";

Deno.test("requests that share their fields have each its own line and id", () => {
  const headers = HeaderList.from([["host", "a.test"], ["te", "trailers"], ["accept", "*/*"]]);
  const head = (path: string, requestId: string) =>
    serialiseRequestHead({ ...testRequest(URL, { path }), headers, requestId });
  equal(head("/1", "A"), "GET /1 HTTP/1.1\r\nhost: a.test\r\naccept: */*\r\nx-request-id: A\r\n\r\n");
  equal(head("/2", "B"), "GET /2 HTTP/1.1\r\nhost: a.test\r\naccept: */*\r\nx-request-id: B\r\n\r\n");
});

Deno.test("a field or an id that would split the request makes it unwritable, each time", () => {
  const headers = HeaderList.from([["host", "a.test"], ["x", "1\r\ny: 2"]]);
  for (let i = 0; i < 2; i++) equal(serialiseRequestHead({ ...testRequest(URL), headers }), null);
  ok(serialiseRequestHead(testRequest(URL)) !== null);
  equal(serialiseRequestHead({ ...testRequest(URL), requestId: "a\r\nb: c" }), null);
});
