import assert from "node:assert/strict";
import { freePorts, ownsPort } from "./ports.ts";

Deno.test("free ports are all different, and can be listened on", () => {
  const ports = freePorts(20);
  assert.equal(new Set(ports).size, 20);
  for (const port of ports) Deno.listen({ hostname: "127.0.0.1", port }).close();
});

Deno.test("a port belongs to the process that listens on it, to its parents, and to nobody else", async () => {
  const script = `const l = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    console.log(l.addr.port); await Deno.stdin.read(new Uint8Array(1));`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.getReader();
  const port = Number(new TextDecoder().decode((await lines.read()).value));
  assert.ok(ownsPort(child.pid, port));
  assert.ok(ownsPort(Deno.pid, port));
  const own = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  assert.ok(ownsPort(Deno.pid, own.addr.port));
  assert.ok(!ownsPort(child.pid, own.addr.port));
  own.close();
  await child.stdin.close();
  await lines.cancel();
  await child.status;
  assert.ok(!ownsPort(Deno.pid, port), "nothing listens any more");
});
