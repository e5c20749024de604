import assert from "node:assert/strict";
import { AegisError } from "../core/errors.ts";
import { FormReader } from "./form_reader.ts";

Deno.test("a form's texts become lists, numbers and switches", () => {
  const form = new FormReader({
    domains: "a.example\r\nb.example, c.example",
    n: "31,536,000",
    on: "on",
    p: " x ",
  });
  assert.deepEqual(form.list("domains"), ["a.example", "b.example", "c.example"]);
  assert.equal(form.whole("n"), 31_536_000);
  assert.equal(form.isOn("on"), true);
  assert.equal(form.isOn("off"), false);
  assert.equal(form.text("p"), "x");
  assert.equal(form.raw("p"), " x ");
  assert.equal(form.wholeOrNull("none"), null);
  form.done();
});

Deno.test("what is no number is refused with its field", () => {
  const form = new FormReader({ a: "12x", b: "" });
  form.whole("a");
  form.whole("b");
  assert.throws(() => form.done(), (thrown: unknown) => {
    assert.ok(thrown instanceof AegisError);
    assert.deepEqual(thrown.fields.map((field) => field.field), ["a", "b"]);
    return true;
  });
});
