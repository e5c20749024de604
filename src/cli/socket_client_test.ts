import assert from "node:assert/strict";
import { AegisError } from "../core/errors.ts";
import { callBySocket } from "./socket_client.ts";

async function withServer(
  handler: (request: Request) => Response | Promise<Response>,
  use: (path: string) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir();
  const server = Deno.serve({ path: `${dir}/aegis.sock`, onListen: () => {} }, handler);
  try {
    await use(`${dir}/aegis.sock`);
  } finally {
    await server.shutdown();
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("an operation is called by its name and its output comes back", async () => {
  await withServer(async (request) => {
    assert.equal(request.method, "POST");
    assert.equal(new URL(request.url).pathname, "/operations/hosts.get");
    return Response.json({ output: { got: await request.json() } });
  }, async (path) => {
    assert.deepEqual(await callBySocket(path, "hosts.get", { id: "ü" }), { output: { got: { id: "ü" } } });
  });
});

Deno.test("an operation's error arrives with its code, texts and fields", async () => {
  const error = {
    code: "conflict",
    message: "public",
    privateText: "private",
    fields: [{ field: "host.domains.0", message: "belongs to another host" }],
  };
  await withServer(() => Response.json({ error }, { status: 409 }), async (path) => {
    await assert.rejects(callBySocket(path, "hosts.create", {}), (thrown: unknown) => {
      assert.ok(thrown instanceof AegisError);
      assert.equal(thrown.code, "conflict");
      assert.equal(thrown.privateText, "private");
      assert.deepEqual(thrown.fields, error.fields);
      return true;
    });
  });
});

Deno.test("without a socket no instance runs", async () => {
  const dir = await Deno.makeTempDir();
  assert.equal(await callBySocket(`${dir}/aegis.sock`, "system.status", {}), undefined);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a socket that a dead instance left behind means none runs", async () => {
  const dir = await Deno.makeTempDir();
  const listener = Deno.listen({ transport: "unix", path: `${dir}/kept.sock` });
  await Deno.link(`${dir}/kept.sock`, `${dir}/aegis.sock`);
  listener.close();
  assert.equal(await callBySocket(`${dir}/aegis.sock`, "system.status", {}), undefined);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("an answer that is none is an error, not a success", async () => {
  await withServer(() => new Response("<html>", { status: 502 }), async (path) => {
    await assert.rejects(callBySocket(path, "system.status", {}), /answered 502 without a reason/);
  });
});
