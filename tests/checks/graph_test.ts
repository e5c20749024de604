import assert from "node:assert/strict";
import { join } from "node:path";
import { THREADS } from "../../.ci/stage.ts";
import { BUILD_INFO } from "../../src/core/build_info.ts";
import { partOf } from "./layers.ts";
import { moduleGraph, ROOT } from "./module_graph.ts";

/** Everything that loading `entry` loads and runs: files relative to the repository, npm packages as `npm:name`. */
async function graph(entry: string): Promise<string[]> {
  const modules = await moduleGraph(entry);
  const loaded = new Set([`file://${ROOT}/${entry}`]);
  // Grows while it is walked; what is imported as a type is not followed.
  for (const specifier of loaded) {
    for (const each of modules.get(specifier)?.code ?? []) loaded.add(each);
  }
  return [...loaded].map((specifier) =>
    specifier.startsWith("npm:")
      ? specifier.replace(/^npm:\/?((?:@[^/]+\/)?[^@/]+).*$/, "npm:$1")
      : specifier.replace(`file://${ROOT}/`, "")
  );
}

/**
 * What stays loaded as long as Aegis runs is paid for in the memory of each thread. Packages, and parts of `src` and
 * `views`; what is new here has to be worth it.
 */
const THREAD_LOADS: Readonly<Record<string, { packages: readonly string[]; parts: readonly string[] }>> = {
  "main.ts": {
    // A file of JSON only: it names the database of countries.
    packages: ["npm:@ip-location-db/geo-whois-asn-country-mmdb"],
    parts: ["app", "cli", "config", "core", "gateway", "lib", "shield", "telemetry"],
  },
  "src/gateway/worker.ts": {
    packages: ["npm:saxes"],
    parts: [
      "certificates",
      "core",
      "gateway",
      "lib",
      "shield",
      "telemetry",
      "views",
      "views/gate",
      "waf",
    ],
  },
  "src/recorder/worker.ts": { packages: [], parts: ["core", "lib", "recorder", "store", "telemetry"] },
  "src/analyst/worker.ts": { packages: [], parts: ["analyst", "core", "lib", "shield", "telemetry", "waf"] },
};

for (const [entry, { packages, parts }] of Object.entries(THREAD_LOADS)) {
  Deno.test(`${entry} loads the packages and parts that it needs and no other`, async () => {
    const loaded = await graph(entry);
    assert.ok(loaded.includes(entry));
    assert.deepEqual([...new Set(loaded.filter((each) => each.startsWith("npm:")))], packages);
    const ofParts = new Set(loaded.map(partOf).filter((part) => part !== null));
    assert.deepEqual([...ofParts].sort(), parts);
  });
}

Deno.test("what reads the command line stays out of the process that runs: schemas, YAML and operations", async () => {
  const loaded = await graph("main.ts");
  assert.deepEqual(loaded.filter((each) => /^src\/(?:cli|config)\//.test(each)), [
    "src/cli/terminal.ts",
    "src/config/yaml_env.ts",
  ]);
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
