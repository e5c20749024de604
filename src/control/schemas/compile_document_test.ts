import assert from "node:assert/strict";
import { compileDocument } from "./compile_document.ts";
import { linearPattern } from "./linear_pattern.ts";

Deno.test("what a document says and nobody checks is noted with its line", () => {
  const { notes } = compileDocument(
    String.raw`openapi: 3.0.0
info: { title: x, version: "1" }
paths:
  /a:
    get:
      parameters:
        - name: q
          in: query
          schema:
            type: strang
            pattern: '(a+)\1'
      responses: {}
`,
    null,
  );
  const place = "paths./a.get.parameters.0.schema";
  assert.deepEqual(notes, [
    `line 10: ${place}.type: "strang" is no type, so the type is not checked`,
    `line 11: ${place}.pattern: the pattern cannot run in linear time and is not checked`,
  ]);
});

Deno.test("a pattern keeps its meaning or is not taken over", () => {
  assert.equal(linearPattern(String.raw`^(\d{20})-x$`), String.raw`^(?:\d{16}\d{4})-x$`);
  for (const pattern of [String.raw`(a+)\1`, String.raw`(?<n>a)\k<n>`, "(?=a)b"]) {
    assert.equal(linearPattern(pattern), null, pattern);
  }
});

Deno.test("broken JSON is told as JSON, broken YAML as YAML", () => {
  assert.throws(
    () => compileDocument('{\n  "openapi": [1, 2 }\n', null),
    /line 2, column 20: expected ',' or '\]'/,
  );
  assert.throws(() => compileDocument("openapi: 3.0.0\ninfo: [}\n", null), /line 2, column \d+: /);
});
