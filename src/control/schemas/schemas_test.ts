import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import petstore from "@readme/oas-examples/2.0/json/petstore.json" with { type: "json" };
import { AegisError } from "../../core/errors.ts";
import { makeControl } from "../../../tests/support/make_control.ts";
import { refreshSchemas } from "./schema_refresh.ts";

const HOST = { domains: ["a.test"], targets: [{ url: "http://127.0.0.1:3000" }] };
const PETS = JSON.stringify(petstore);

function faultOf(thrown: unknown): string {
  assert.ok(thrown instanceof AegisError);
  return thrown.fields[0]?.message ?? thrown.message;
}

Deno.test("a document goes to the gateways as soon as it is taken, and its endpoints can be switched", async () => {
  const made = await makeControl();
  const host = await made.do("hosts.create", { host: HOST });
  const schema = await made.do("schemas.create", {
    schema: { host: "a.test", document: PETS, mode: "enforce", base_path: "/pets/" },
  });
  assert.deepEqual([schema.name, schema.dialect, schema.endpoints, schema.bases], [
    "Swagger Petstore",
    "2.0",
    20,
    ["/pets"],
  ]);
  const [sent] = made.sent.at(-1)!.schemas;
  assert.deepEqual([sent!.hostId, sent!.mode, sent!.document.endpoints[0]!.paths], [
    host.id,
    "enforce",
    ["/pets/pet"],
  ]);
  const switched = await made.do("schemas.set_rule", { id: schema.id, i: 0, mode: "off" });
  assert.deepEqual([switched.rules[0]!.mode, switched.rules[0]!.own_mode, switched.switched], [
    "off",
    "off",
    1,
  ]);
  assert.deepEqual(made.sent.at(-1)!.schemas[0]!.switches, { "POST /pet": "off" });

  // Another document: the switch stays with its endpoint, wherever that stands now.
  const { "/pet": pet, ...others } = petstore.paths;
  const turned = JSON.stringify({ ...petstore, paths: { ...others, "/pet": pet } });
  await made.do("schemas.ingest", { id: schema.id, document: turned });
  const after = await made.do("schemas.get", { id: schema.id });
  assert.deepEqual(
    after.rules.filter(({ own_mode }) => own_mode !== null).map(({ method, path }) => [method, path]),
    [
      ["POST", "/pet"],
    ],
  );
  await made.do("schemas.update", { id: schema.id, schema: { base_path: null, mode: "detect" } });
  const now = made.sent.at(-1)!.schemas[0]!;
  assert.deepEqual([now.mode, now.document.bases], ["detect", ["/v2"]]);
  await made.do("schemas.update", { id: schema.id, schema: { mode: "off" } });
  assert.deepEqual(made.sent.at(-1)!.schemas, []);
  await made.do("hosts.delete", { id: host.id });
  assert.deepEqual(await made.do("schemas.list", {}), []);
  await made.close();
});

Deno.test("what does not parse is refused with its line, and changes nothing", async () => {
  const made = await makeControl();
  await made.do("hosts.create", { host: HOST });
  const refused = (document: string, fault: RegExp) =>
    assert.rejects(made.do("schemas.create", { schema: { host: "a.test", document } }), (thrown) => {
      assert.match(faultOf(thrown), fault);
      return true;
    });
  await refused("openapi: 3.0.0\npaths:\n  /a: {\n", /^line \d+, column \d+: /);
  await refused('{\n "openapi": "3.0.0",\n "paths": [],\n}', /^line 3: paths is missing or no list of paths/);
  await refused("openapi: 4.0.0\npaths: {}", /^line 1: openapi has the version 4\.0\.0/);
  await refused("hello: 1", /says neither openapi nor swagger/);
  await refused(
    "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      parameters:\n        - { name: x, in: query, schema: { $ref: '#/components/x' } }\n",
    /^line 6: paths\./,
  );
  await refused(
    "openapi: 3.1.0\npaths:\n  /a:\n    post:\n      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/A' } } } }\n" +
      "components:\n  schemas:\n    A: { allOf: [{ $ref: '#/components/schemas/A' }] }\n",
    /refers to itself without end/,
  );
  await refused(
    "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n" +
      "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\nopenapi: [*d, *d, *d]",
    /./,
  );
  assert.deepEqual(await made.do("schemas.list", {}), []);
  await made.close();
});

Deno.test("a document is fetched and refreshed; where that fails the last good one stays, and the reason is shown", async () => {
  let answer: { status: number; text: string } = { status: 200, text: PETS };
  const server = createServer((_, response) => {
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.text);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.json`;
  const made = await makeControl();
  await made.do("hosts.create", { host: HOST });
  const { id } = await made.do("schemas.create", { schema: { host: "a.test", url, refresh_seconds: 60 } });
  const version = () => made.sent.at(-1)!.schemas[0]!.version;
  const first = version();

  answer = { status: 500, text: "no" };
  await assert.rejects(made.do("schemas.refresh", { id }), /answered 500/);
  answer = { status: 200, text: "openapi: 3.0.0" };
  await assert.rejects(made.do("schemas.refresh", { id }), /paths is missing/);
  const failed = await made.do("schemas.get", { id });
  assert.match(failed.failure, /paths is missing/);
  assert.equal(failed.endpoints, 20);
  assert.equal(version(), first);

  answer = { status: 200, text: PETS.replace("Swagger Petstore", "Shop") };
  await made.do("schemas.refresh", { id });
  const fresh = await made.do("schemas.get", { id });
  assert.deepEqual([fresh.title, fresh.failure], ["Shop", ""]);
  assert.notEqual(version(), first);

  answer = { status: 200, text: PETS.replace("Swagger Petstore", "Later") };
  await refreshSchemas(made.control);
  assert.equal((await made.do("schemas.get", { id })).title, "Shop", "not due yet");
  made.clock.advance(61_000);
  await refreshSchemas(made.control);
  assert.equal((await made.do("schemas.get", { id })).title, "Later");
  await assert.rejects(
    made.do("schemas.create", { schema: { host: "a.test", url: "http://169.254.169.254/openapi.json" } }),
    AegisError,
  );
  await made.close();
  await new Promise((done) => server.close(done));
});
