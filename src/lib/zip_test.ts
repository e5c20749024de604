import assert from "node:assert/strict";
import { zip } from "./zip.ts";

Deno.test("an archive is read back by another program with its names and bytes", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const entries = [
      { name: "README.txt", content: new TextEncoder().encode("hello\n") },
      { name: "empty", content: new Uint8Array() },
      { name: "linux/zertifikat-ü.pem", content: new Uint8Array(70_000).fill(65) },
    ];
    await Deno.writeFile(`${dir}/bundle.zip`, zip(entries));
    const script =
      "import json, sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n" +
      "print(json.dumps([[n, z.read(n).decode()] for n in z.namelist()]))";
    const python = await new Deno.Command("python3", { args: ["-c", script, `${dir}/bundle.zip`] }).output();
    assert.equal(new TextDecoder().decode(python.stderr), "");
    const read = JSON.parse(new TextDecoder().decode(python.stdout)) as [string, string][];
    assert.deepEqual(read, entries.map((each) => [each.name, new TextDecoder().decode(each.content)]));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("the same entries give the same bytes", () => {
  const entries = [{ name: "a", content: Uint8Array.of(1, 2, 3) }];
  assert.deepEqual(zip(entries), zip(entries));
});
