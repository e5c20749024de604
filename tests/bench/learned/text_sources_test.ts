import assert from "node:assert/strict";
import { join } from "node:path";
import { debianSources, folderSource, npmSources } from "./text_sources.ts";

/** Two folders with the same files, and one file about attacks in each. */
function twoFolders(use: (first: string, second: string) => void): void {
  const root = Deno.makeTempDirSync();
  try {
    const folders = ["first", "second"].map((name) => join(root, name));
    for (const folder of folders) {
      Deno.mkdirSync(join(folder, "guide"), { recursive: true });
      for (let i = 0; i < 9; i++) {
        const lines = Array.from(
          { length: 200 },
          (_, line) => `Chapter ${i}, line ${line}: how to draw (1).`,
        );
        Deno.writeTextFileSync(join(folder, "guide", `part${i}.md`), lines.join("\n"));
      }
      Deno.writeTextFileSync(join(folder, "guide", "xss-payloads.md"), "<svg/onload=alert(1)> and others");
    }
    use(folders[0]!, folders[1]!);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

Deno.test("what is taken of a folder depends on the files and their names, not on where it lies", () => {
  twoFolders((first, second) => {
    const { texts, name } = folderSource(first);
    assert.equal(name, `folder ${first}`);
    assert.equal(texts.length, 9 * 4);
    assert.deepEqual(folderSource(second).texts, texts);
  });
});

Deno.test("files about attacks teach nothing honest", () => {
  twoFolders((first) => assert.ok(folderSource(first).texts.every((text) => !text.includes("<svg"))));
});

Deno.test("a package that is not there is named, with what installs it", () => {
  assert.throws(() => debianSources(["no-such-package-here"]), /apt-get install no-such-package-here/);
  assert.throws(
    () => npmSources({ a: "npm:@no/such-package@1.2.3" }),
    /npm @no\/such-package 1\.2\.3.*deno install/,
  );
});

Deno.test("npm packages are those that the imports pin, with their versions", () => {
  const sources = npmSources({ b: "npm:zod@4.6.7", a: "npm:hono@4.13.19", node: "node:path" });
  assert.deepEqual(sources.map((each) => each.name), ["npm hono 4.13.19", "npm zod 4.6.7"]);
  assert.ok(sources.every((each) => each.texts.length > 0));
});
