import assert from "node:assert/strict";
import { AegisError } from "../core/errors.ts";
import { explainFailure } from "./failure.ts";

Deno.test("a setting that is refused is called by its own name, not by that of the patch it was sent in", () => {
  const message = "expected challenge, block";
  const fields = [{ field: "patch.bots.action", message, remedy: "write one of these" }];
  assert.deepEqual(explainFailure(new AegisError("invalid_input", message, { fields })), {
    lines: ["aegis: refused", "  bots.action: expected challenge, block (write one of these)"],
    exitCode: 64,
  });
});
