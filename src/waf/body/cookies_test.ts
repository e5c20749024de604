import assert from "node:assert/strict";
import { readCookies } from "./urlencoded.ts";

function valuesOf(field: string): string[] {
  const found: string[] = [];
  readCookies(field, {
    value: (kind, name, value) => void (kind === "cookie" && found.push(`${name}=${value}`)),
    undecoded: () => undefined,
    anomaly: () => undefined,
  });
  return found;
}

Deno.test("cookies are cut at semicolons, without the quotes around a value", () => {
  assert.deepEqual(valuesOf('a=1; b="2 3"; =x; c'), ["a=1", "b=2 3", "=x"]);
});

Deno.test("a quoted value is also read as Python does: with escapes and semicolons", () => {
  assert.deepEqual(valuesOf('a="\\u\\n\\151\\157\\n"'), ["a=\\u\\n\\151\\157\\n", "a=union"]);
  assert.deepEqual(valuesOf('a="x;cat"; b=1'), ['a="x', "a=x;cat", "b=1"]);
  assert.deepEqual(valuesOf('a="open; b=2'), ['a="open', "b=2"]);
});
