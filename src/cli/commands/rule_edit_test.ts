import assert from "node:assert/strict";
import { runCli } from "../../../tests/support/run_cli.ts";

const CHANGED = { id: "own-1", severity: "high", effective: "block" };

Deno.test("fields of a rule are set from the command line, null takes one away", async () => {
  const ran = await runCli(["rule", "edit", "own-1", "--set", "severity=high", "--set", "host=null"], {
    "rules.update": CHANGED,
  });
  assert.equal(ran.code, 0, ran.err);
  assert.deepEqual(ran.calls.at(-1), ["rules.update", {
    id: "own-1",
    rule: { severity: "high", host: null },
  }]);
  assert.match(ran.out, /own-1 is in force: high, block/);
  assert.equal((await runCli(["rule", "edit", "own-1"], {})).code, 64);
});

Deno.test("an exception is made with its scope, and says what it was tried on", async () => {
  const made = { id: "x1", rule_id: "learned", verified_by: "replay", still_refused_by: ["sqli-120"] };
  const answers = { "hosts.get": { id: "h1" }, "exceptions.create": made };
  const scope = ["--host", "shop.test", "--path", "/t/*", "--target", "args:q", "--up-to-score", "2.5"];
  const ran = await runCli(["rule", "except", "learned", ...scope, "--request", "01J"], answers);
  assert.deepEqual(ran.calls.at(-1), ["exceptions.create", {
    rule_id: "learned",
    host_id: "h1",
    path: "/t/*",
    targets: ["args:q"],
    up_to_score: 2.5,
    request_id: "01J",
  }]);
  assert.match(ran.out, /as the replay of the request shows[^]*still refused by sqli-120/);
});
