import assert from "node:assert/strict";
import { AegisError } from "../core/errors.ts";
import { formFailure } from "./failure.ts";

function said(fields: readonly string[]): string | null {
  const thrown = new AegisError("invalid_input", "no", {
    fields: fields.map((field) => ({ field, message: `${field} is wrong` })),
  });
  return formFailure(thrown, {}).form.message;
}

Deno.test("as many fields are counted as a person sees: entries of one list stand in one field", () => {
  assert.equal(said(["domains.0", "domains.1"]), "One field is not right");
  assert.equal(said(["domains.0", "domains.1", "targets.0.url"]), "2 fields are not right");
  assert.equal(said(["targets.0.url", "targets.1.url"]), "2 fields are not right");
});

Deno.test("a message that begins with a domain keeps it as it is written", () => {
  const thrown = new AegisError("precondition_failed", "shop.test was changed meanwhile");
  assert.equal(formFailure(thrown, {}).form.message, "shop.test was changed meanwhile");
  assert.equal(said(["name"]), "Name is wrong");
});
