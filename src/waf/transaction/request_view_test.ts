import assert from "node:assert/strict";
import { HeaderList } from "../../core/header_list.ts";
import { compileConditions } from "../conditions.ts";
import { HeadView } from "./request_view.ts";

const VIEW = new HeadView(
  {
    method: "POST",
    rawPath: "/a%2Fb",
    path: "/a%2Fb",
    rawQuery: "id=7&name=J%c3%b6rg+K&flag",
    headers: HeaderList.from([["host", "a.test"], ["cookie", 'a=1; b="2"'], ["user-agent", "Curl"], [
      "x-n",
      "5",
    ]]),
    clientAddress: "192.0.2.7",
    protocol: "HTTP/2",
  },
  { status: 404, headers: HeaderList.from([["content-type", "text/html"]]) },
);

for (
  const [target, operator, value, holds] of [
    ["path", "starts-with", "/a", true],
    ["raw-path", "equals", "/A%2FB", true],
    ["method", "in-list", ["PUT", "POST"], true],
    ["uri", "contains", "?id=7", true],
    ["query", "matches", "^id=\\d+&", true],
    ["args:id", "greater-than", 6, true],
    ["args:name", "equals", "jörg k", true],
    ["args", "equals", "7", true],
    ["arg-names", "equals", "flag", true],
    ["args:none", "exists", undefined, false],
    ["headers:x-n", "less-than", 6, true],
    ["header-names", "equals", "x-n", true],
    ["user-agent", "equals", "curl", true],
    ["cookies:b", "equals", "2", true],
    ["cookie-names", "equals", "c", false],
    ["client", "ip-in-range", ["192.0.2.0/24"], true],
    ["protocol", "equals", "HTTP/1.1", false],
    ["count:args", "equals", "2", true],
    ["size:path", "equals", "6", true],
    ["response-status", "equals", "404", true],
    ["response-headers:content-type", "starts-with", "text/", true],
    ["body", "exists", undefined, false],
  ] as const
) {
  Deno.test(`${target} ${operator} ${value ?? ""} ${holds ? "holds" : "does not hold"} for a head`, () => {
    const condition = { target, operator, ...(value === undefined ? {} : { value }) };
    for (const negated of [false, true]) {
      const { test } = compileConditions({ join: "and", of: [{ ...condition, negated }] }, []);
      assert.equal(test(VIEW) !== null, holds !== negated, `negated: ${negated}`);
    }
  });
}

Deno.test("before the answer there is nothing of it", () => {
  const view = new HeadView({
    method: "GET",
    rawPath: "/",
    path: "/",
    rawQuery: null,
    headers: new HeaderList(),
    clientAddress: "192.0.2.7",
    protocol: "HTTP/1.1",
  });
  for (const target of ["response-status", "response-headers", "query", "args", "cookies"]) {
    const { test } = compileConditions({ join: "or", of: [{ target, operator: "exists" }] }, []);
    assert.equal(test(view), null, target);
  }
});
