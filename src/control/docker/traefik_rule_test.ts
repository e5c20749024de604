import assert from "node:assert/strict";
import { parseTraefikRule, type Route } from "./traefik_rule.ts";

const READ: readonly (readonly [string, readonly Route[]])[] = [
  ["Host(`a.test`)", [{ domain: "a.test", prefix: null }]],
  ["Host(`a.test`) || Host(`b.test`)", [{ domain: "a.test", prefix: null }, {
    domain: "b.test",
    prefix: null,
  }]],
  ["Host(`a.test`, `b.test`)", [{ domain: "a.test", prefix: null }, { domain: "b.test", prefix: null }]],
  ['Host("a.test") && PathPrefix("/api")', [{ domain: "a.test", prefix: "/api" }]],
  [
    "(Host(`a.test`) || Host(`b.test`)) && PathPrefix(`/x`, `/y`)",
    ["a.test", "b.test"].flatMap((domain) => ["/x", "/y"].map((prefix) => ({ domain, prefix }))),
  ],
];

for (const [rule, routes] of READ) {
  Deno.test(`the rule ${rule} is read`, () => assert.deepEqual(parseTraefikRule(rule), routes));
}

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ["HostRegexp(`.*`)", /"HostRegexp" is not read here/],
  ["Host(`a.test`) && !PathPrefix(`/x`)", /"!" is not read here/],
  ["PathPrefix(`/x`)", /names no host/],
  ["Host(`a.test`) && Host(`b.test`)", /two hosts/],
  ["Host(`a.test`", /"\)" is missing/],
  ["Host(a.test)", /quoted name|cannot be read/],
  ["Host(`a.test`) Host(`b.test`)", /not expected/],
  ["", /too early/],
  [`${"(Host(`a`)||Host(`b`))&&".repeat(20)}Host(\`c\`)`, /two hosts/],
];

for (const [rule, why] of REFUSED) {
  Deno.test(`the rule ${rule.slice(0, 60)} is refused`, () => {
    assert.throws(() => parseTraefikRule(rule), (thrown: Error) => why.test(thrown.message));
  });
}
