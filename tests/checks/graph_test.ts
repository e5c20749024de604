import assert from "node:assert/strict";
import { join } from "node:path";
import { THREADS } from "../../.ci/stage.ts";
import { BUILD_INFO } from "../../src/core/build_info.ts";

const ROOT = join(import.meta.dirname!, "../..");

/** Everything that loading `entry` loads: files relative to the repository, npm packages as `npm:name`. */
async function graph(entry: string): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: ROOT,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { specifier: string; kind?: string }[];
  };
  return modules.map(({ specifier }) =>
    specifier.startsWith("npm:")
      ? specifier.replace(/^npm:\/?((?:@[^/]+\/)?[^@/]+).*$/, "npm:$1")
      : specifier.replace(`file://${ROOT}/`, "")
  );
}

Deno.test("a gateway thread loads the XML parser and no other package: each is paid for in every thread's memory", async () => {
  const loaded = await graph("src/gateway/worker.ts");
  assert.ok(loaded.includes("src/gateway/worker.ts"));
  assert.deepEqual(loaded.filter((each) => each.startsWith("npm:")), ["npm:saxes"]);
});

Deno.test("the recorder loads no npm package", async () => {
  const loaded = await graph("src/recorder/worker.ts");
  assert.deepEqual(loaded.filter((each) => each.startsWith("npm:")), []);
});

Deno.test("nothing that is shipped loads a test or a test's package", async () => {
  for (const entry of ["main.ts", ...THREADS]) {
    const loaded = await graph(entry);
    assert.ok(loaded.includes(entry), entry);
    assert.deepEqual(
      loaded.filter((each) => /^tests\/|_test\.|^npm:(?:fast-check|playwright-core|axe-core)$/.test(each)),
      [],
      entry,
    );
  }
});

Deno.test("the version is the same in deno.json and in the program", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  assert.equal(BUILD_INFO.version, version);
  assert.equal(BUILD_INFO.form, "source");
});
