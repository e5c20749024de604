import assert from "node:assert/strict";
import { actionOf, compileFilter, parseFilter, printFilter, withAction } from "./filter_language.ts";

Deno.test("fields, words and what is left out", () => {
  const { filter, complaint } = compileFilter(
    parseFilter("host:shop.example.com -rule:sqli-120 union select -probe"),
  );
  assert.deepEqual(filter, {
    host: "shop.example.com",
    q: "union select",
    exclude: { rule: "sqli-120", q: "probe" },
  });
  assert.equal(complaint, null);
});

Deno.test("quotes hold a value together, and it prints as it was read", () => {
  const text = `q "union select" host:a.example -"two words"`;
  assert.equal(printFilter(parseFilter(text)), text);
});

Deno.test("addresses with colons and unknown fields are words or values, never an error", () => {
  assert.deepEqual(compileFilter(parseFilter("client:2001:db8::1")).filter, { client: "2001:db8::1" });
  assert.deepEqual(compileFilter(parseFilter("http://x/ foo:bar")).filter, { q: "http://x/ foo:bar" });
  assert.deepEqual(parseFilter("   "), []);
  assert.deepEqual(parseFilter("host:"), [{ field: null, value: "host:", excluded: false }]);
});

Deno.test("what cannot be asked for is said, the rest still counts", () => {
  const { filter, complaint } = compileFilter(parseFilter("status:4x action:eaten host:a host:b"));
  assert.deepEqual(filter, { host: "b" });
  assert.match(complaint ?? "", /"4x" is no status.*"eaten" is no action.*host stands there twice/);
});

Deno.test("the action is changed without touching the rest", () => {
  const terms = parseFilter("host:a action:blocked -action:allowed");
  assert.equal(actionOf(terms), "blocked");
  assert.equal(printFilter(withAction(terms, "detected")), "host:a -action:allowed action:detected");
  assert.equal(printFilter(withAction(terms, null)), "host:a -action:allowed");
});
