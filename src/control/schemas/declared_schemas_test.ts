import assert from "node:assert/strict";
import { makeControl } from "../../../tests/support/make_control.ts";
import type { FileApiSchema } from "../../config/file_schemas.ts";
import { AegisError } from "../../core/errors.ts";
import { publishAll } from "../publish_all.ts";

const document = (path: string) =>
  `openapi: 3.0.0\ninfo: { title: Pets, version: "1" }\npaths:\n  ${path}:\n    get:\n      responses: {}\n`;

function declared(id: string, over: Partial<FileApiSchema> = {}): FileApiSchema {
  return {
    id: `file-${id}`,
    hostId: "file-host",
    path: `/etc/aegis/${id}.yaml`,
    text: document(`/${id}`),
    ...over,
    fields: {
      name: "",
      url: "",
      refresh_seconds: 3_600,
      base_path: null,
      mode: "enforce",
      block_undefined: false,
      strict_body: false,
      switches: {},
      ...over.fields,
    },
  };
}

const REMOTE = declared("remote", {
  path: null,
  text: null,
  fields: { ...declared("remote").fields, url: "https://api.example.com/openapi.json" },
});

Deno.test("schemas of aegis.yml stand in their order, follow it at each reload and are changed nowhere else", async () => {
  const made = await makeControl();
  try {
    const { control } = made;
    const inForce = async (...api_schemas: FileApiSchema[]) => {
      control.useConfig({ ...control.config, api_schemas });
      await publishAll(control);
      return made.sent.at(-1)!.schemas.map(({ document }) => document.endpoints[0]?.template);
    };
    assert.deepEqual(await inForce(declared("b"), declared("a")), ["/b", "/a"]);
    assert.deepEqual(await inForce(declared("a"), declared("b")), ["/a", "/b"]);
    assert.deepEqual(await inForce(declared("a", { text: document("/other") })), ["/other"]);
    const [view] = await made.do("schemas.list", {});
    assert.deepEqual([view?.origin, view?.name, view?.mode], ["file", "Pets", "enforce"]);
    for (
      const change of [
        () => made.do("schemas.update", { id: "file-a", schema: { mode: "off" } }),
        () => made.do("schemas.ingest", { id: "file-a", document: document("/x") }),
        () => made.do("schemas.set_rule", { id: "file-a", i: 0, mode: "off" }),
        () => made.do("schemas.delete", { id: "file-a" }),
      ]
    ) await assert.rejects(change, (thrown) => thrown instanceof AegisError && thrown.code === "read_only");
    assert.deepEqual(await inForce(), []);
    assert.deepEqual(await made.do("schemas.list", {}), []);
    assert.deepEqual(await inForce(declared("a", { text: document("/again") })), ["/again"]);
  } finally {
    await made.close();
  }
});

Deno.test("one that is fetched is listed before it was, protects from then on, and keeps its document over reloads", async () => {
  const made = await makeControl();
  try {
    const { control } = made;
    const published = async () => {
      control.useConfig({ ...control.config, api_schemas: [REMOTE] });
      await publishAll(control);
      return made.sent.at(-1)!.schemas.length;
    };
    assert.equal(await published(), 0);
    const [waiting] = await made.do("schemas.list", {});
    assert.deepEqual([waiting?.endpoints, waiting?.failure], [0, "it was not fetched yet"]);
    const [stored] = control.store.apiSchemas.list();
    const compiled = { text: document("/pets"), compiled: control.schemas.document(stored!), compiler: 0 };
    control.store.apiSchemas.setDocument(REMOTE.id, compiled);
    control.store.apiSchemas.setFetched(REMOTE.id, 1, "");
    assert.equal(await published(), 1);
    assert.equal(made.sent.at(-1)!.schemas[0]!.document.endpoints[0]!.template, "/pets");
  } finally {
    await made.close();
  }
});
