/** Requests against public documents, through the whole pipeline. */
import assert from "node:assert/strict";
import petstore from "@readme/oas-examples/2.0/json/petstore.json" with { type: "json" };
import trains from "@readme/oas-examples/3.1/json/train-travel.json" with { type: "json" };
import type { ApiSchema, SchemaMode } from "../../core/api_schema.ts";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import { until } from "../../../tests/support/until.ts";
import { runPipeline } from "../../gateway/pipeline/pipeline.ts";
import { compileDocument } from "./compile_document.ts";

const HOST = fakeHost();

function schemaOf(document: unknown, more: Partial<ApiSchema> = {}, base: string | null = null): ApiSchema {
  return {
    id: "s1",
    hostId: HOST.id,
    name: "API",
    version: "1",
    mode: "enforce",
    blockUndefined: false,
    strictBody: false,
    switches: {},
    document: compileDocument(typeof document === "string" ? document : JSON.stringify(document), base),
    ...more,
  };
}

interface Sent {
  readonly method?: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: string;
  readonly raw?: string;
  readonly type?: string;
}

/** `sent`, or the status with what the client reads. */
async function outcome(schemas: readonly ApiSchema[], request: Sent, host = HOST) {
  const gateway = fakeGateway(
    fakeSnapshot({ hosts: [host], schemas }, {
      waf: { paranoia_level: 1, threshold: 5, inspect_body_bytes: 4_096, inspect_total_bytes: 100_000 },
    }),
  );
  const text = request.raw ?? request.form ??
    (request.json === undefined ? "" : JSON.stringify(request.json));
  const bytes = new TextEncoder().encode(text);
  const type = request.type ??
    (request.form !== undefined
      ? "application/x-www-form-urlencoded"
      : request.json !== undefined
      ? "application/json"
      : null);
  const [rawPath, rawQuery = null] = request.target.split("?") as [string, string?];
  const response = new RecordedResponse();
  runPipeline(
    fakeExchange({
      method: request.method ?? "GET",
      rawPath,
      rawQuery,
      headers: [
        ["host", "a.test"],
        ...(bytes.length > 0 ? [["content-length", String(bytes.length)] as [string, string]] : []),
        ...(type === null ? [] : [["content-type", type] as [string, string]]),
        ...Object.entries(request.headers ?? {}),
      ],
      body: bytes,
      pieceBytes: 1_024,
      response,
    }),
    gateway.services,
  );
  await until("the request is settled", () => gateway.sent.length > 0 || response.status > 0 || null);
  if (gateway.sent.length > 0) {
    gateway.sent[0]!.sink.head(200, response.headers.clone(), 0);
    gateway.sent[0]!.sink.end(null);
    return { text: "sent", response, gateway };
  }
  const problem = JSON.parse(response.body) as { status: number; detail: string; request_id: string };
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal(problem.request_id.length, 26);
  assert.equal(problem.status, response.status);
  return { text: `${response.status} ${problem.detail}`, response, gateway };
}

async function table(schemas: readonly ApiSchema[], rows: readonly (readonly [Sent, string])[]) {
  for (const [request, expected] of rows) {
    assert.equal((await outcome(schemas, request)).text, expected, JSON.stringify(request));
  }
}

const TRAINS = schemaOf(trains);
const BOOKING = { trip_id: "efdbb9d1-02c2-4bc3-afb7-6788d8782b1e", passenger_name: "Ann", has_bicycle: true };

Deno.test("OpenAPI 3.1: parameters, bodies, methods and content types of a public document", async () => {
  const trips =
    "/trips?origin=efdbb9d1-02c2-4bc3-afb7-6788d8782b1e&destination=b2e783e1-c824-4d63-b37a-d8d698862f1d";
  await table([TRAINS], [
    [{ target: "/stations?page=2&limit=10" }, "sent"],
    [
      { target: `${trips}&date=2026-02-01T09:00:00Z&origin=x` },
      "400 query origin: stands there more than once",
    ],
    [{ target: `${trips}&date=2026-02-01T09:00:00Z&bicycles=true` }, "sent"],
    [{ target: `${trips}&date=2026-02-30T09:00:00Z` }, "400 query date: is no date-time"],
    [
      { target: `${trips}&date=2026-02-01T09:00:00Z&bicycles=maybe` },
      "400 query bicycles: must be true or false",
    ],
    [{ target: trips }, "400 query date: is missing"],
    [{ method: "POST", target: "/bookings", json: BOOKING }, "sent"],
    [
      { method: "POST", target: "/bookings", json: { ...BOOKING, has_bicycle: 1 } },
      "400 body has_bicycle: must be true or false",
    ],
    [
      { method: "POST", target: "/bookings", json: { ...BOOKING, trip_id: "7" } },
      "400 body trip_id: is no uuid",
    ],
    [{ method: "POST", target: "/bookings", raw: "{", type: "application/json" }, "400 body: is not JSON"],
    [{ method: "POST", target: "/bookings" }, "400 body: is missing"],
    [
      { method: "POST", target: "/bookings", raw: "a", type: "text/plain" },
      "415 content-type: must be application/json, application/xml",
    ],
    [{ method: "PATCH", target: "/bookings" }, "405 method: PATCH is not possible here"],
    [{ target: "/bookings/7" }, "400 path bookingId: is no uuid"],
    [{ method: "HEAD", target: "/stations" }, "sent"],
    [{ target: "/elsewhere" }, "sent"],
  ]);
  const { response } = await outcome([TRAINS], { method: "PATCH", target: "/bookings" });
  assert.equal(response.headers.get("allow"), "GET, HEAD, POST");
});

Deno.test("Swagger 2: base path, forms, enums and bodies of a public document", async () => {
  const schemas = [schemaOf(petstore, { blockUndefined: true })];
  const pet = {
    name: "Rex",
    photoUrls: ["https://a.test/1.jpg"],
    status: "sold",
    tags: [{ id: 1, name: "x" }],
  };
  await table(schemas, [
    [{ target: "/v2/pet/7" }, "sent"],
    [{ target: "/v2/pet/rex" }, "400 path petId: must be an integer"],
    [{ target: "/v2/pet/findByStatus?status=sold&status=pending" }, "sent"],
    [
      { target: "/v2/pet/findByStatus?status=sold&status=eaten" },
      '400 query status [1]: must be one of "available", "pending", "sold"',
    ],
    [{ method: "POST", target: "/v2/pet", json: pet }, "sent"],
    [
      { method: "POST", target: "/v2/pet", json: { ...pet, photoUrls: undefined } },
      "400 body photoUrls: is missing",
    ],
    [
      { method: "POST", target: "/v2/pet", json: { ...pet, tags: [{ id: "x" }] } },
      "400 body tags[0].id: must be an integer",
    ],
    [{ method: "POST", target: "/v2/pet/7", form: "name=Rex&status=sold" }, "sent"],
    [{ target: "/v2/nothing" }, "404 path: there is no such endpoint"],
    [{ target: "/other" }, "sent"],
  ]);
});

/** One endpoint for each style: a list of integers `a` and a table `o` of integers. */
function styled(place: "path" | "query" | "header" | "cookie", style: string, explode: boolean) {
  const parameter = (name: string, schema: object) => ({
    name,
    in: place,
    style,
    explode,
    schema,
    required: true,
  });
  const path = place === "path" ? "/x/{a}/{o}" : "/x";
  const integer = { type: "integer" };
  const parameters = [
    parameter("a", { type: "array", items: integer, maxItems: 2 }),
    parameter("o", { type: "object", properties: { p: integer, q: integer }, required: ["p"] }),
  ];
  const list = style.endsWith("Delimited");
  return schemaOf({
    openapi: "3.0.0",
    paths: {
      [path]: {
        get: { parameters: list || style === "deepObject" ? [parameters[list ? 0 : 1]] : parameters },
      },
    },
  });
}

Deno.test("styles of parameters, exploded or not, are taken apart as OpenAPI says", async () => {
  const rows: [ReturnType<typeof styled>, Sent, string][] = [
    [styled("path", "simple", false), { target: "/x/1,2/p,1,q,2" }, "/x/1,b/p,1"],
    [styled("path", "simple", true), { target: "/x/1,2/p=1,q=2" }, "/x/1,2/p=x"],
    [styled("path", "label", false), { target: "/x/.1,2/.p,1" }, "/x/1,2/.p,1"],
    [styled("path", "label", true), { target: "/x/.1.2/.p=1.q=2" }, "/x/.1.2/.q=2"],
    [styled("path", "matrix", false), { target: "/x/;a=1,2/;o=p,1" }, "/x/;a=1,2/;o=p"],
    [styled("path", "matrix", true), { target: "/x/;a=1;a=2/;p=1;q=2" }, "/x/;a=1;a=2;a=3/;p=1"],
    [styled("query", "form", false), { target: "/x?a=1,2&o=p,1" }, "/x?a=1&a=2&a=3&o=p,1"],
    [styled("query", "form", true), { target: "/x?a=1&a=2&p=1" }, "/x?a=1&q=1"],
    [styled("query", "spaceDelimited", false), { target: "/x?a=1%202" }, "/x?a=1%20b"],
    [styled("query", "pipeDelimited", false), { target: "/x?a=1|2" }, "/x?a=1%7Cb"],
    [styled("query", "deepObject", true), { target: "/x?o[p]=1&o[q]=2" }, "/x?o[p]=x"],
  ];
  for (const [schema, fitting, wrong] of rows) {
    assert.equal((await outcome([schema], fitting)).text, "sent", fitting.target);
    assert.match((await outcome([schema], { target: wrong })).text, /^400 /, wrong);
  }
  const header = [styled("header", "simple", true)];
  assert.equal((await outcome(header, { target: "/x", headers: { a: "1, 2", o: "p=1" } })).text, "sent");
  assert.equal(
    (await outcome(header, { target: "/x", headers: { a: "1, b", o: "p=1" } })).text,
    "400 header a [1]: must be an integer",
  );
  const cookie = [styled("cookie", "form", false)];
  assert.equal((await outcome(cookie, { target: "/x", headers: { cookie: "a=1,2; o=p,1" } })).text, "sent");
  assert.equal(
    (await outcome(cookie, { target: "/x", headers: { cookie: "a=1,2" } })).text,
    "400 cookie o: is missing",
  );
});

Deno.test("unknown fields are refused in strict bodies only, however the schema is put together", async () => {
  const document = `
openapi: 3.0.3
info: { title: Pets, version: "1" }
servers: [{ url: "https://api.test/{v}/", variables: { v: { default: v3 } } }]
paths:
  /pets:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              allOf:
                - $ref: "#/components/schemas/Animal"
                - type: object
                  properties: { pet: { $ref: "#/components/schemas/Animal" }, extra: { type: object } }
          application/x-www-form-urlencoded:
            schema:
              type: object
              properties:
                age: { type: integer }
                tags: { type: array, items: { type: string, maxLength: 3 } }
                owner: { type: object, properties: { name: { type: string } } }
              required: [age]
components:
  schemas:
    Animal:
      type: object
      required: [id, name]
      properties:
        id: { type: integer, readOnly: true }
        name: { type: string, nullable: true, pattern: "^[A-Z][a-z]{1,40}$" }
        parent: { $ref: "#/components/schemas/Animal" }
`;
  const post = (json: unknown): Sent => ({ method: "POST", target: "/v3/pets", json });
  const form = (text: string): Sent => ({ method: "POST", target: "/v3/pets", form: text });
  await table([schemaOf(document)], [
    [post({ name: "Rex", more: 1 }), "sent"],
    [
      post({ name: null, parent: { name: "Max", parent: { name: "max" } } }),
      "400 body parent.parent.name: does not match its pattern",
    ],
    [form("age=7&other=1"), "sent"],
  ]);
  await table([schemaOf(document, { strictBody: true })], [
    [post({ name: "Rex", pet: { name: "Max" }, extra: { any: 1 } }), "sent"],
    [post({ name: "Rex", more: 1 }), "400 body more: is not known here"],
    [post({ name: "Rex", pet: { name: "Max", isAdmin: true } }), "400 body pet.isAdmin: is not known here"],
    [{
      method: "POST",
      target: "/v3/pets",
      raw: '{"name":"Rex","na\\u006de":"Max"}',
      type: "application/json",
    }, '400 body: holds the field "name" twice'],
    [form("age=7&tags=a&tags=b&owner[name]=Ann"), "sent"],
    [form("age=7&tags[]=a"), "sent"],
    [form("age=x"), "400 body age: must be an integer"],
    [form("tags=a"), "400 body age: is missing"],
    [form("age=7&tags=long"), "400 body tags[0]: must have at most 3 characters"],
    [form("age=7&owner[role]=root"), "400 body owner.role: is not known here"],
    [form("age=7&__proto__=1"), "400 body __proto__: is not known here"],
  ]);
});

Deno.test("detect refuses nothing and writes down what enforce would have", async () => {
  for (const mode of ["detect", "off"] as SchemaMode[]) {
    const { text, gateway } = await outcome([schemaOf(trains, { mode })], { target: "/bookings/7" });
    assert.equal(text, "sent");
    const [row] = gateway.records;
    if (mode === "off") assert.equal(row?.action ?? "allowed", "allowed");
    else {
      assert.deepEqual([row!.action, row!.reason], ["detected", "schema"]);
      assert.equal(row!.detail, "API: GET /bookings/{bookingId}: path bookingId: is no uuid");
    }
  }
});

Deno.test("white-listed clients are recorded only", async () => {
  const host = fakeHost({ whitelist_cidrs: ["192.0.2.0/24", "127.0.0.0/8"] });
  const { text, gateway } = await outcome([TRAINS], { method: "POST", target: "/bookings", json: [] }, host);
  assert.equal(text, "sent");
  assert.deepEqual([gateway.records[0]!.action, gateway.records[0]!.reason], ["detected", "schema"]);
});

Deno.test("an endpoint's own mode stands over its schema's, and the first schema that has the path decides", async () => {
  const relaxed = schemaOf(trains, { switches: { "GET /trips": "off" } });
  await table([relaxed], [
    [{ target: "/trips" }, "sent"],
    [{ target: "/bookings/x" }, "400 path bookingId: is no uuid"],
  ]);
  const second = schemaOf(petstore, { id: "s2", name: "Second" }, "");
  await table([relaxed, second], [[{ target: "/pet/x" }, "400 path petId: must be an integer"]]);
});

Deno.test("a body that is held for its schema reaches the target whole, and the rules see it too", async () => {
  const json = { ...BOOKING, passenger_name: "Ann" };
  const { gateway } = await outcome([TRAINS], { method: "POST", target: "/bookings", json }, fakeHost());
  const pieces: Uint8Array[] = [];
  gateway.sent[0]!.request.body!.start({
    data: (chunk) => void pieces.push(chunk.slice()),
    end: () => undefined,
    fail: () => undefined,
  });
  assert.equal(new TextDecoder().decode(pieces[0]), JSON.stringify(json));
  const enforcing = fakeHost({ waf: { ...HOST.waf, mode: "enforce" } });
  const evil = await outcome([TRAINS], {
    method: "POST",
    target: "/bookings",
    json: { ...json, note: "evil" },
  }, enforcing)
    .catch((thrown) => thrown as Error);
  assert.ok(evil instanceof Error || evil.response.status === 403);
});

Deno.test("a body that is too long to be checked is refused, not passed unchecked", async () => {
  const json = { ...BOOKING, passenger_name: "A".repeat(8_192) };
  const { text } = await outcome([TRAINS], { method: "POST", target: "/bookings", json });
  assert.equal(text, "400 body: is longer than the 4096 bytes that can be checked");
});

Deno.test("a preflight of a browser is no request to an endpoint", async () => {
  const headers = { origin: "https://b.test", "access-control-request-method": "POST" };
  assert.equal((await outcome([TRAINS], { method: "OPTIONS", target: "/bookings", headers })).text, "sent");
});
