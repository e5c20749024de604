import assert from "node:assert/strict";
import { readAssignments } from "./assignments.ts";

function read(text: string): unknown {
  return JSON.parse(JSON.stringify(readAssignments([text])));
}

Deno.test("a text of several lines stays as it is written", () => {
  const pem = "-----BEGIN CERTIFICATE-----\nMIIB/zCC\nAaWgAw==\n-----END CERTIFICATE-----\n";
  assert.deepEqual(read(`client_auth.ca=${pem}`), { client_auth: { ca: pem } });
  const page = "<h1 class='a'>a: b</h1>\n<p>c # d</p>";
  assert.deepEqual(read(`html=${page}`), { html: page });
});

Deno.test("lists, maps and quoted texts of several lines are YAML", () => {
  assert.deepEqual(read("allowed_methods=[GET,\n POST]"), { allowed_methods: ["GET", "POST"] });
  assert.deepEqual(read("allowed_methods=- GET\n- POST"), { allowed_methods: ["GET", "POST"] });
  assert.deepEqual(read("waf=mode: enforce\nparanoia: 2"), { waf: { mode: "enforce", paranoia: 2 } });
  assert.deepEqual(read('notes="a\\nb"'), { notes: "a\nb" });
  assert.deepEqual(read("notes=true\n"), { notes: true });
  assert.throws(() => read("notes=[a,\n b"), /cannot be read/);
});
