import assert from "node:assert/strict";
import { until } from "../../tests/support/until.ts";
import { FileWatch } from "./file_watch.ts";

async function watched(test: (path: string, seen: string[]) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const path = `${dir}/aegis.yml`;
  await Deno.writeTextFile(path, "one");
  const seen: string[] = [];
  const watch = new FileWatch({
    path,
    changed: () => void seen.push(Deno.readTextFileSync(path)),
    gone: () => void seen.push("gone"),
    everyMs: 10,
  });
  try {
    await test(path, seen);
  } finally {
    watch.close();
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a file that is written in place or replaced by a rename is seen, each time once", async () => {
  await watched(async (path, seen) => {
    await Deno.writeTextFile(path, "two");
    await until("the write is seen", () => seen.length === 1);
    for (const text of ["three", "four!"]) {
      await Deno.writeTextFile(`${path}.new`, text);
      await Deno.rename(`${path}.new`, path);
      await until("the rename is seen", () => seen.at(-1) === text);
    }
    assert.deepEqual(seen, ["two", "three", "four!"]);
  });
});

Deno.test("a file that is gone is told once, and seen when it comes back", async () => {
  await watched(async (path, seen) => {
    await Deno.remove(path);
    await until("it is told", () => seen.length === 1);
    await Deno.writeTextFile(path, "back");
    await until("it is seen again", () => seen.length === 2);
    assert.deepEqual(seen, ["gone", "back"]);
  });
});

Deno.test("what is still being written is waited for", async () => {
  await watched(async (path, seen) => {
    const file = await Deno.open(path, { write: true, truncate: true });
    for (let i = 0; i < 40; i++) {
      await file.write(new TextEncoder().encode("x"));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    file.close();
    await until("the whole is seen", () => seen.at(-1)?.length === 40);
    assert.ok(seen.length <= 3, `seen ${seen.length} times`);
  });
});
