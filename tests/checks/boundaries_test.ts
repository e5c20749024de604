import assert from "node:assert/strict";
import { join } from "node:path";
import plugin from "./boundaries.ts";
import { importFault, partOf } from "./layers.ts";

const ROOT = join(import.meta.dirname!, "../..");

/** The messages of the plug-in for a source that would stand at `path`. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, join(ROOT, path), source).map((found) =>
    `${found.id}: ${found.message}`
  );
}

Deno.test("a file belongs to the folder below src, and to app beside them", () => {
  assert.equal(partOf("src/waf/engine/run.ts"), "waf");
  assert.equal(partOf("src/app.ts"), "app");
  assert.equal(partOf("main.ts"), "app");
  assert.equal(partOf("views/gate/blocked.tsx"), "views/gate");
  assert.equal(partOf("views/pages/hosts/list.tsx"), "views");
  assert.equal(partOf("tests/support/wait.ts"), null);
});

const GOOD: [string, string][] = [
  ["src/core/x.ts", 'import { lru } from "../lib/lru.ts";'],
  ["src/waf/x.ts", 'import type { Rule } from "../core/rule.ts"; import { y } from "./targets/y.ts";'],
  ["src/config/x.ts", 'import { z } from "zod"; import { check } from "../waf/rule_file.ts";'],
  ["src/gateway/x.ts", 'import { page } from "../../views/gate/blocked.tsx"; import "../shield/bans.ts";'],
  [
    "src/control/x.ts",
    'import { fleet } from "../gateway/fleet.ts"; import { store } from "../store/store.ts";',
  ],
  [
    "src/admin/x.ts",
    'import { Page } from "../../views/pages/p.tsx"; import { perform } from "../control/perform.ts";',
  ],
  ["src/app.ts", 'new Worker(new URL("./gateway/worker.ts", import.meta.url), { type: "module" });'],
  ["main.ts", 'const { runAegis } = await import("./src/app.ts");'],
  [
    "views/pages/p.tsx",
    'import type { Host } from "../../src/core/host.ts"; import { B } from "../components/b.tsx";',
  ],
  ["src/waf/x_test.ts", 'import { until } from "../../tests/support/wait.ts";'],
  ["src/waf/rule_files/builtin.ts", 'import text from "../../../rules/sqli.yaml" with { type: "text" };'],
  ["tests/e2e/x.ts", 'import { a } from "../../src/app.ts"; import { b } from "../../src/lib/b.ts";'],
];

for (const [path, source] of GOOD) {
  Deno.test(`${path} may: ${source}`, () => assert.deepEqual(lint(path, source), []));
}

const BAD: [string, string, RegExp][] = [
  ["src/lib/x.ts", 'import { AegisError } from "../core/errors.ts";', /lib may not import core/],
  ["src/core/x.ts", 'import type { Store } from "../store/store.ts";', /core may not import store/],
  ["src/waf/x.ts", 'import { s } from "../store/store.ts";', /waf may not import store/],
  ["src/waf/x.ts", 'export { s } from "../store/store.ts";', /waf may not import store/],
  ["src/waf/x.ts", 'export * from "../store/store.ts";', /waf may not import store/],
  ["src/waf/x.ts", 'await import("../store/store.ts");', /waf may not import store/],
  ["src/waf/x.ts", "await import(`../store/store.ts`);", /waf may not import store/],
  ["src/waf/x.ts", 'type S = import("../store/store.ts").Store;', /waf may not import store/],
  [
    "src/waf/x.ts",
    'new Worker(new URL("../recorder/worker.ts", import.meta.url));',
    /waf may not import recorder/,
  ],
  ["src/waf/x.ts", "await import(name);", /a computed import/],
  ["src/store/deep/er/x.ts", 'import "../../../waf/engine.ts";', /store may not import waf/],
  ["src/config/x.ts", 'import "../recorder/worker.ts";', /config may not import recorder/],
  ["src/gateway/x.ts", 'import "../control/perform.ts";', /gateway may not import control/],
  ["src/gateway/x.ts", 'import "../../views/pages/p.tsx";', /gateway may not import views/],
  ["src/control/x.ts", 'import "../api/app.ts";', /control may not import api/],
  ["src/cli/x.ts", 'import "../api/app.ts";', /cli may not import api/],
  ["src/cli/x.ts", 'import { runAegis } from "../app.ts";', /cli may not import app/],
  ["src/api/x.ts", 'import "../../views/layout.tsx";', /api may not import views/],
  ["views/x.tsx", 'import { REASONS } from "../src/core/reason.ts";', /write `import type`/],
  ["views/x.tsx", 'import type { C } from "../src/control/perform.ts";', /views may not import control/],
  ["src/waf/x.ts", 'import "../../tests/support/wait.ts";', /is shipped/],
  ["src/waf/x.ts", 'import "../utils/x.ts";', /no part of the layout/],
  ["src/utils/x.ts", 'import "../core/x.ts";', /no part of the layout/],
  ["src/waf/x.ts", 'import { z } from "npm:zod@4";', /import map/],
  ["src/waf/x.ts", 'import "https://example.com/x.ts";', /import map/],
  ["src/waf/x.ts", "export default 1;", /no default exports/],
  ["src/waf/x.ts", 'console.log("x");', /console belongs to src\/cli/],
  ["src/waf/x.ts", "const t = Date.now();", /the time comes from a Clock/],
  ["src/waf/x.ts", "const now = performance.now;", /the time comes from a Clock/],
  ["src/waf/x.ts", "const d = new Date();", /the time comes from a Clock/],
  ["src/waf/x.ts", "//\n".repeat(401), /split it/],
];

for (const [path, source, message] of BAD) {
  Deno.test(`${path} may not: ${source.slice(0, 80)}`, () => {
    const found = lint(path, source);
    assert.equal(found.length, 1, `one message, not ${found.length}: ${found}`);
    assert.match(found[0]!, message);
  });
}

Deno.test("a long file that says why at its top is let pass", () => {
  assert.deepEqual(lint("src/waf/x.ts", `// Over 400 lines: one table of names.\n${"//\n".repeat(500)}`), []);
});

Deno.test("new Date of a given time, and console in the command line, are fine", () => {
  assert.deepEqual(lint("src/waf/x.ts", "const d = new Date(5);"), []);
  assert.deepEqual(lint("src/cli/x.ts", 'console.log("x");'), []);
});

Deno.test("the faces never import each other", () => {
  for (const [from, to] of [["admin", "api"], ["api", "admin"], ["cli", "admin"], ["tui", "cli"]]) {
    assert.notEqual(importFault(`src/${from}/a.ts`, `src/${to}/b.ts`, true), null);
  }
});
