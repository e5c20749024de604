import { equal, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { testRequest } from "../../../tests/support/upstream_exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import { type SerialisedHead, serialiseRequestHead } from "./request_head.ts";

const URL = "http://127.0.0.1:1";

/** The whole head, one char a byte. */
function text(head: SerialisedHead | null): string {
  ok(head !== null);
  return head.own + (head.shared === null ? "" : Buffer.from(head.shared).toString("latin1"));
}

Deno.test("requests that share their fields have each its own line and id", () => {
  const headers = HeaderList.from([["host", "a.test"], ["te", "trailers"], ["accept", "*/*"]]);
  const head = (path: string, requestId: string) =>
    text(serialiseRequestHead({ ...testRequest(URL, { path }), headers, requestId }));
  for (const [path, id] of [["/1", "A"], ["/2", "B"], ["/3", "C"]] as const) {
    const expected = `GET ${path} HTTP/1.1\r\nhost: a.test\r\nx-request-id: ${id}\r\naccept: */*\r\n\r\n`;
    equal(head(path, id), expected);
  }
});

Deno.test("fields above ASCII are sent byte by byte, however often they are sent", () => {
  const headers = HeaderList.from([["host", "a.test"], ["x", "caf\xe9"]]);
  for (let i = 0; i < 3; i++) {
    const head = text(serialiseRequestHead({ ...testRequest(URL), headers }));
    ok(head.endsWith("\r\nx: caf\xe9\r\n\r\n"), head);
  }
});

Deno.test("a field or an id that would split the request makes it unwritable, each time", () => {
  const headers = HeaderList.from([["host", "a.test"], ["x", "1\r\ny: 2"]]);
  for (let i = 0; i < 2; i++) equal(serialiseRequestHead({ ...testRequest(URL), headers }), null);
  ok(serialiseRequestHead(testRequest(URL)) !== null);
  equal(serialiseRequestHead({ ...testRequest(URL), requestId: "a\r\nb: c" }), null);
});
