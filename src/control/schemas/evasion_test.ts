/** Requests that try to get past the schema of the endpoint that they reach. */
import assert from "node:assert/strict";
import { HeaderList } from "../../core/header_list.ts";
import { ValueCheck } from "../../waf/schema/check_value.ts";
import { HostSchemas, isRefusal } from "../../waf/schema/host_schemas.ts";
import { NodeTable } from "../../waf/schema/node_table.ts";
import { RequestCheck } from "../../waf/schema/request_check.ts";
import { compileDocument } from "./compile_document.ts";

const SMALL = {
  openapi: "3.1.0",
  paths: {
    "/users/{id}": {
      post: {
        parameters: [
          { name: "id", in: "path", required: true, schema: { type: "string", pattern: "^[A-Z]{3}$" } },
          { name: "limit", in: "query", schema: { type: "integer" } },
          { name: "ids", in: "query", schema: { type: "array", items: { type: "integer" } } },
          { name: "page", in: "query", schema: { type: "integer" } },
          { name: "page[size]", in: "query", schema: { type: "integer" } },
        ],
        requestBody: {
          content: {
            "application/json": {
              schema: {
                oneOf: Array.from({ length: 60 }, (_, i) => ({
                  properties: { [`p${i}`]: { type: "string" } },
                  if: { enum: [i] },
                })),
              },
            },
          },
        },
      },
    },
    "/users:export": { get: { parameters: [{ name: "limit", in: "query", schema: { type: "integer" } }] } },
  },
};

interface Sent {
  readonly method?: string;
  readonly target: string;
}

function schemasOf(blockUndefined = false): HostSchemas {
  return new HostSchemas([{
    id: "s1",
    hostId: "h1",
    name: "API",
    version: "1",
    mode: "enforce",
    blockUndefined,
    strictBody: false,
    switches: {},
    document: compileDocument(JSON.stringify(SMALL), null),
  }]);
}

/** `sent`, or the status with what the client reads. */
function outcome(schemas: HostSchemas, { method = "GET", target }: Sent): string {
  const [path, rawQuery = null] = target.split("?") as [string, string?];
  const found = schemas.find(method, path);
  if (found === null) return "sent";
  const refusal = isRefusal(found)
    ? found
    : new RequestCheck(found, { rawQuery, headers: new HeaderList(), hasBody: false }).head();
  return refusal === null ? "sent" : `${refusal.status} ${refusal.text}`;
}

function table(schemas: HostSchemas, rows: readonly (readonly [Sent, string])[]) {
  for (const [request, expected] of rows) {
    assert.equal(outcome(schemas, request), expected, JSON.stringify(request));
  }
}

Deno.test("[SECURITY] a path written in another way is checked like the one it stands for", () => {
  const wrong = "400 query limit: must be an integer";
  table(schemasOf(), [
    ...["/users/ABC/", "/Users/ABC", "/users;v=1/ABC", "/users%2FABC", "/users%5cABC"]
      .flatMap(
        (path): [Sent, string][] => [
          [{ method: "POST", target: `${path}?limit=x` }, wrong],
          [{ method: "POST", target: `${path}?limit=1` }, "sent"],
        ],
      ),
    [{ method: "POST", target: "/users/abc/" }, "400 path id: does not match its pattern"],
    [{ target: "/users%3aexport?limit=x" }, wrong],
    [{ target: "/elsewhere?limit=x" }, "sent"],
  ]);
  assert.equal(
    outcome(schemasOf(true), { method: "POST", target: "/users/ABC/" }),
    "404 path: there is no such endpoint",
  );
});

Deno.test("[SECURITY] brackets behind a parameter's name hide no value from its check", () => {
  const at = (query: string): Sent => ({ method: "POST", target: `/users/ABC?${query}` });
  table(schemasOf(), [
    [at("limit[]=x"), "400 query limit: must be one value"],
    [at("limit[$ne]=1"), "400 query limit: must be one value"],
    [at("limit%5b%5d=1"), "400 query limit: must be one value"],
    [at("ids[0]=x"), "400 query ids [0]: must be an integer"],
    [at("ids=1&ids[]=x"), "400 query ids [1]: must be an integer"],
    [at("ids[$gt]=1"), "400 query ids: must be a list"],
    [at("ids[0]=1&ids[1]=2&page=1&page[size]=2&other[]=x"), "sent"],
    [at("page[size]=x"), "400 query page[size]: must be an integer"],
  ]);
});

Deno.test("[SECURITY] many alternatives for a large body cost a bounded amount of work", () => {
  const { nodes, endpoints } = compileDocument(JSON.stringify(SMALL), null);
  const check = new ValueCheck(new NodeTable(nodes), false);
  const large = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`field${i}`, i]));
  const fault = check.fault(endpoints[0]!.body!.media[0]!.node, large, false);
  assert.equal(fault?.message, "is too deep or too large to be checked");
});
