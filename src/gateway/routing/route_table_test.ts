import assert from "node:assert/strict";
import { routeTable } from "./route_table.ts";

const TABLE = routeTable([
  { prefix: "/", entry: "root" },
  { prefix: "/api", entry: "api" },
  { prefix: "/api/v2/", entry: "v2" },
  { regex: "\\.php$", entry: "php" },
  { regex: "^/api/php", entry: "never before the one above" },
])!;

for (
  const [path, entry] of [
    ["/", "root"],
    ["/api", "api"],
    ["/api/", "api"],
    ["/api/x/y", "api"],
    ["/apix", "root"],
    ["/API/x", "root"],
    ["/api/v2", "api"],
    ["/api/v2/", "v2"],
    ["/api/v2/x", "v2"],
    ["/api/php/a.php", "php"],
    ["/api/php/a", "never before the one above"],
  ] as const
) {
  Deno.test(`${path} is served by ${entry}`, () => assert.equal(TABLE.find(path), entry));
}

Deno.test("a host without paths has no table, and a path that fits none has no entry", () => {
  assert.equal(routeTable([]), null);
  const table = routeTable([{ prefix: "/a", entry: 1 }])!;
  assert.equal(table.find("/b"), null);
  assert.equal(table.find("*"), null);
  assert.equal(table.find(`/a/${"b/".repeat(4_000)}`), 1);
});
