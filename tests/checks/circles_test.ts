import assert from "node:assert/strict";
import { join } from "node:path";
import { circlesOf, type Graph } from "./circles.ts";
import { moduleGraph, ROOT } from "./module_graph.ts";

/** Who imports whom among `files` (absolute paths), types included; files are named relative to `root`. */
async function importsOf(files: readonly string[], root: string): Promise<Graph> {
  const folder = await Deno.makeTempDir();
  try {
    const entry = join(folder, "everything.ts");
    await Deno.writeTextFile(entry, files.map((file) => `import "file://${file}";\n`).join(""));
    const modules = await moduleGraph(entry);
    const name = (specifier: string) => specifier.replace(`file://${root}/`, "");
    return new Map(files.map((file) => {
      const imports = modules.get(`file://${file}`);
      assert.ok(imports !== undefined, file);
      return [name(`file://${file}`), new Set([...imports.code, ...imports.types].map(name))];
    }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Everything below `folder` that is shipped. */
async function sources(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) files.push(...await sources(path));
    else if (/\.tsx?$/.test(name) && !/_test\.tsx?$/.test(name)) files.push(path);
  }
  return files;
}

Deno.test("no module imports itself by way of others, not even for a type", async () => {
  const files = [
    join(ROOT, "main.ts"),
    ...await sources(join(ROOT, "src")),
    ...await sources(join(ROOT, "views")),
  ];
  const graph = await importsOf(files, ROOT);
  assert.ok((graph.get("src/control/create_control.ts")?.size ?? 0) > 0, "imports were read");
  const circles = circlesOf(graph);
  assert.deepEqual(
    circles,
    [],
    "move the type (or the function) that two files need of each other below both",
  );
});

Deno.test("a circle of types is found, by whatever kind of import, and told by its edges", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const write = (name: string, text: string) => Deno.writeTextFile(join(folder, name), text);
    await write("a.ts", 'import { type B, below } from "./b.ts";\nexport interface A { b: B }\nbelow();\n');
    await write("b.ts", 'import type { C } from "./c.ts";\nexport type B = C;\nexport function below() {}\n');
    await write("c.ts", 'export type C = import("./a.ts").A[];\n');
    await write("d.ts", 'export type { A } from "./a.ts";\n');
    const files = ["a.ts", "b.ts", "c.ts", "d.ts"].map((name) => join(folder, name));
    assert.deepEqual(circlesOf(await importsOf(files, folder)), ["a.ts → b.ts → c.ts → a.ts"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("of circles that have an import in common the shortest is told, once", () => {
  const graph = new Map(
    Object.entries({ a: ["b", "c"], b: ["a"], c: ["b"], d: ["e", "a"], e: ["f"], f: ["d"] })
      .map(([name, imports]) => [name, new Set(imports)]),
  );
  assert.deepEqual(circlesOf(graph), ["a → b → a", "d → e → f → d"]);
});
