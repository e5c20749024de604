/** Mail and webhooks from the threads as they run, with the permissions that they have. */
import assert from "node:assert/strict";
import { startDemoTarget } from "../support/demo_target.ts";
import { startInProcess } from "../support/in_process.ts";
import { startMailServer } from "../support/mail_server.ts";
import { until } from "../support/until.ts";
import { startWebhookStub } from "../support/webhook_stub.ts";

Deno.test("a target that goes down is told of by webhook and mail; deliveries outlive the control thread", async () => {
  const [target, stub, mail] = [
    await startDemoTarget("shop"),
    await startWebhookStub(),
    await startMailServer(),
  ];
  const aegis = await startInProcess(`hosts:
  - domains: [shop.test]
    targets: [{ url: "http://127.0.0.1:${target.port}" }]
    health: { interval_ms: 200, timeout_ms: 200, unhealthy_threshold: 1, healthy_threshold: 1 }
`);
  let open = true;
  try {
    await aegis.perform("webhooks.create", {
      webhook: { name: "hook", format: "json", url: `${stub.url}/h` },
    });
    const { id } = await aegis.perform("smtp.create", {
      profile: {
        name: "mail",
        host: "localhost",
        port: mail.port,
        security: "none",
        from_address: "aegis@example.com",
        recipients: ["ops@example.com"],
      },
    });
    const tried = await aegis.perform("smtp.test", { id });
    assert.equal(tried.ok, true, tried.text);
    const isUp = async () =>
      (await aegis.perform("hosts.get", { id: "shop.test" })).targets_state[0]?.up === true;
    await until("the target is up", isUp);
    await target.close();
    open = false;
    await until("the webhook was called", () => stub.posts.length > 0);
    assert.equal(stub.posts[0]!.json.notices[0].kind, "target_down");
    await until("the mail came", () => mail.mails.length > 1);
    assert.match(mail.mails[1]!.source, /is down/);

    await until(
      "it is written down",
      async () => (await aegis.perform("notifications.list", { state: "sent" })).length === 2,
    );
    aegis.supervisor.kill("control");
    await until("control is back", async () => {
      try {
        return (await aegis.perform("notifications.list", {})).length === 2;
      } catch {
        return false;
      }
    }, 30_000);
  } finally {
    assert.equal(await aegis.stop(), 0);
    if (open) await target.close();
    await stub.close();
    await mail.close();
  }
});
