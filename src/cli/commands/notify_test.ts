import assert from "node:assert/strict";
import { runCli as run } from "../../../tests/support/run_cli.ts";

Deno.test("webhook: the URL says the format where nobody does; a test that fails is said and is exit code 1", async () => {
  const added = await run([
    "webhook",
    "add",
    "ops",
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

Deno.test("webhook and mail: an edit sends what was said and nothing else", async () => {
  const hook = await run(["webhook", "edit", "ops", "--off", "--header", "X-Token: a b"], {
    "webhooks.update": { name: "ops", enabled: false },
  });
  assert.deepEqual(hook.calls, [["webhooks.update", {
    id: "ops",
    webhook: { headers: [["X-Token", "a b"]], enabled: false },
  }]]);
  assert.equal(hook.out, "ops is saved and off");
  const mail = await run(["mail", "edit", "ops", "--events", "auto_ban, target_down", "--to", "a@b.test"], {
    "smtp.list": [{ id: "smtp-1", name: "ops" }],
    "smtp.update": { name: "ops", enabled: true },
  });
  assert.deepEqual(mail.calls.at(-1), ["smtp.update", {
    id: "smtp-1",
    profile: { recipients: ["a@b.test"], kinds: ["auto_ban", "target_down"] },
  }]);
  const unknown = await run(["mail", "edit", "ops", "--events", "everything"], { "smtp.list": [] });
  assert.equal(unknown.code, 64);
});

Deno.test("mail: a profile is added with its server, tried and removed by name", async () => {
  const profile = { id: "smtp-1", name: "ops", enabled: true };
  const added = await run([
    "mail",
    "add",
    "ops",
    "--host",
    "mail.test",
    "--from",
    "aegis@b.test",
    "--port",
    "25",
  ], {
    "smtp.create": profile,
  });
  assert.deepEqual(added.calls, [["smtp.create", {
    profile: { port: 25, name: "ops", host: "mail.test", from_address: "aegis@b.test" },
  }]]);
  assert.equal((await run(["mail", "add", "ops", "--host", "mail.test"])).code, 64);
  const tried = await run(["mail", "test", "ops", "--to", "me@b.test"], {
    "smtp.list": [profile],
    "smtp.test": { ok: false, text: "mail.test did not answer" },
  });
  assert.deepEqual(tried.calls.at(-1), ["smtp.test", { id: "smtp-1", to: "me@b.test" }]);
  assert.equal(tried.code, 1);
  const removed = await run(["mail", "remove", "ops"], { "smtp.list": [profile], "smtp.delete": {} });
  assert.deepEqual(removed.calls.at(-1), ["smtp.delete", { id: "smtp-1" }]);
  assert.equal((await run(["mail", "remove", "nobody"], { "smtp.list": [profile] })).code, 1);
});
