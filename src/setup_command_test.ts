import assert from "node:assert/strict";
import { setupCommand } from "./setup_command.ts";

Deno.test("the command for the setup link reaches the instance that says it", () => {
  assert.equal(setupCommand("source", "data"), "deno task aegis setup");
  assert.equal(setupCommand("source", "/srv/aegis"), "deno task aegis setup --data-dir /srv/aegis");
  assert.equal(setupCommand("portable", undefined), "aegis setup");
  assert.equal(setupCommand("portable", "data"), "aegis setup --data-dir data");
  assert.equal(setupCommand("compiled", "/my data's"), "aegis setup --data-dir '/my data'\\''s'");
});
