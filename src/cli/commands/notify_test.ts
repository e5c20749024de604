import assert from "node:assert/strict";
import { runCli as run } from "../../../tests/support/run_cli.ts";

Deno.test("webhook: what is added is sent as typed; a test that fails is said and is exit code 1", async () => {
  const added = await run([
    "webhook",
    "add",
    "ops",
    "--format",
    "slack",
    "--url",
    "https://hooks.slack.com/x",
  ], {
    "webhooks.create": { name: "ops" },
  });
  assert.deepEqual(added.calls, [["webhooks.create", {
    webhook: { name: "ops", format: "slack", url: "https://hooks.slack.com/x" },
  }]]);
  const tried = await run(["webhook", "test", "ops"], {
    "smtp.list": [],
    "webhooks.test": { ok: false, text: "hooks.slack.com answered 404" },
  });
  assert.equal(tried.code, 1);
  assert.match(tried.err, /answered 404/);
  assert.equal((await run(["webhook", "add", "ops", "--format", "teams"])).code, 64);
});

Deno.test("geo: where an address is, in one line", async () => {
  const answers = {
    "geo.look_up": {
      address: "192.0.2.7",
      country: "SE",
      name: "Sweden",
      city: "",
      asn: 64_500,
      organisation: "Example Net",
    },
  };
  assert.equal((await run(["geo", "192.0.2.7"], answers)).out, "Sweden, AS64500 Example Net");
});
