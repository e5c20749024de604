import assert from "node:assert/strict";
import { buildPortable } from "./portable_fixture.ts";

const SCRIPT = new URL("./portable_product.ts", import.meta.url).pathname;

/** A network with nothing but its own loopback, where this machine lets us make one. */
async function ownNetwork(): Promise<string[]> {
  const command = ["unshare", "--net", ...(Deno.uid() === 0 ? [] : ["--map-root-user"])];
  const inside = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
  const { success } = await new Deno.Command(command[0]!, {
    args: [...command.slice(1), ...inside, "true"],
    stderr: "null",
  }).output();
  return success ? [...command, ...inside] : [];
}

Deno.test("the built file alone: setup, a proxied and a refused request, a stop, and all of it after a restart", async () => {
  const portable = await buildPortable();
  try {
    const deno = [Deno.execPath(), "run", "-A", "--no-check", "--cached-only", SCRIPT];
    const command = [...await ownNetwork(), ...deno, portable.file, portable.path, portable.home];
    const { code, stdout, stderr } = await new Deno.Command(command[0]!, {
      args: command.slice(1),
      cwd: portable.folder,
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assert.equal(code, 0, text(stdout) + text(stderr));
  } finally {
    await portable.close();
  }
});
