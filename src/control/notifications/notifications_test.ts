import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import net from "node:net";
import type { AddressInfo } from "node:net";
import type { OperationOutput } from "../operation.ts";
import type { Notice } from "../../core/notice.ts";
import { sendMail } from "../../notify/mail.ts";
import { post } from "../../notify/post.ts";
import type { SmtpChannel } from "../../notify/channel.ts";
import { UPLOADED } from "../certificates/certificate_choice.ts";
import { noticeEndingCertificates } from "../certificates/certificate_notices.ts";
import { type MadeControl, makeControl } from "../../../tests/support/make_control.ts";
import { startMailServer } from "../../../tests/support/mail_server.ts";
import { makeTestPki } from "../../../tests/support/test_pki.ts";
import { until } from "../../../tests/support/until.ts";
import { startWebhookStub } from "../../../tests/support/webhook_stub.ts";

type Listed = OperationOutput<"webhooks.list">[number];

const SECRET = "a signing secret";
const PASSWORD = "mail password 93";

function down(made: MadeControl, target = "http://10.0.0.1"): Notice {
  return {
    kind: "target_down",
    about: target,
    subject: `${target} is down`,
    text: "refused",
    at: made.clock.now(),
  };
}

/** Notifies, lets the time to gather pass, and waits until nothing waits any more for its first attempt. */
async function deliver(made: MadeControl, notice: Notice) {
  made.control.notify(notice);
  made.clock.advance(61_000);
  made.control.notices.start();
  made.control.notices.wake();
  return await until("it was tried", async () => {
    const [row] = await made.do("notifications.list", {});
    return row !== undefined && row.attempts > 0 ? row : null;
  });
}

async function withControl(test: (made: MadeControl) => Promise<void>): Promise<void> {
  const made = await makeControl();
  try {
    await test(made);
  } finally {
    made.control.notices.stop();
    await made.close();
  }
}

Deno.test("a webhook of one's own gets signed JSON with its headers; nothing shows its keys", () =>
  withControl(async (made) => {
    const stub = await startWebhookStub();
    try {
      const url = `${stub.url}/hook/token-in-the-path`;
      const created = await made.do("webhooks.create", {
        webhook: { name: "own", format: "json", url, secret: SECRET, headers: [["X-Token", "tok-12345"]] },
      });
      assert.equal(created.shown_url, `${stub.url}/…`);
      const row = await deliver(made, down(made));
      assert.deepEqual([row.state, row.error, row.subject], ["sent", "", "http://10.0.0.1 is down"]);
      const [taken] = stub.posts;
      assert.equal(taken!.headers["x-token"], "tok-12345");
      const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(String(taken!.headers["x-aegis-signature"]))!;
      assert.equal(mac, createHmac("sha256", SECRET).update(`${seconds}.${taken!.text}`).digest("hex"));
      assert.equal(taken!.json.notices[0].kind, "target_down");

      const audit = await made.do("audit.list", {});
      const shown = JSON.stringify([await made.do("webhooks.list", {}), audit, made.logLines]);
      for (const secret of [SECRET, "token-in-the-path", "tok-12345"]) {
        assert.ok(!shown.includes(secret), secret);
      }

      await made.do("webhooks.update", { id: created.id, webhook: { name: "renamed" } });
      assert.deepEqual(await made.do("webhooks.test", { id: created.id }), {
        ok: true,
        text: "renamed took the test message",
      });
      assert.ok(stub.posts.at(-1)!.headers["x-aegis-signature"] !== undefined, "the secret stayed");
      await made.do("webhooks.delete", { id: created.id });
      assert.deepEqual(await made.do("webhooks.list", {}), []);
    } finally {
      await stub.close();
    }
  }));

Deno.test("Slack, Discord and PagerDuty (stubs of them) get what their documentation says", () =>
  withControl(async (made) => {
    const stub = await startWebhookStub();
    try {
      for (const format of ["slack", "discord", "pagerduty"] as const) {
        stub.answer = { status: format === "slack" ? 200 : format === "discord" ? 204 : 202 };
        const { id } = await made.do("webhooks.create", {
          webhook: { name: format, format, url: `${stub.url}/${format}`, secret: "R".repeat(32) },
        });
        const tried = await made.do("webhooks.test", { id });
        assert.equal(tried.ok, true, tried.text);
        const { json, path } = stub.posts.at(-1)!;
        const former = stub.posts.at(-2);
        assert.equal(path, `/${format}`);
        if (format === "slack") assert.equal(typeof json.text, "string");
        if (format === "discord") assert.equal(json.embeds.length, 1);
        if (format === "pagerduty") {
          assert.deepEqual([former!.json.event_action, json.event_action], ["trigger", "resolve"]);
          assert.deepEqual([former!.json.dedup_key, json.payload.source], [json.dedup_key, "aegis"]);
        }
      }
    } finally {
      await stub.close();
    }
  }));

Deno.test("what is refused for good is dead, visible with its error, and can be sent again", () =>
  withControl(async (made) => {
    const stub = await startWebhookStub();
    try {
      const url = `${stub.url}/gone`;
      await made.do("webhooks.create", { webhook: { name: "hook", format: "slack", url } });
      stub.answer = { status: 404, body: "no_service: secret text of the server" };
      const dead = await deliver(made, down(made));
      assert.deepEqual([dead.state, dead.attempts], ["dead", 1]);
      assert.match(dead.error, /answered 404$/);
      stub.answer = { status: 302, headers: { location: "http://169.254.169.254/" } };
      await made.do("notifications.resend", { id: dead.id });
      const moved = await until(
        "it was tried again",
        async () =>
          (await made.do("notifications.list", { state: "dead" })).find(({ error }) =>
            /redirect/.test(error)
          ),
      );
      assert.match(moved.error, /answered 302; redirects are not followed/);
      stub.answer = { status: 200 };
      await made.do("notifications.resend", { id: dead.id });
      await until(
        "it arrived",
        async () => (await made.do("notifications.list", { state: "sent" })).length === 1,
      );
      assert.equal(stub.posts.length, 3);
      stub.answer = { status: 404 };
      assert.equal((await deliver(made, down(made))).state, "dead");
      await made.do("webhooks.delete", { id: "hook" });
      const left = await made.do("notifications.list", {});
      assert.deepEqual(left.map(({ state }) => state), ["sent"], "nobody waits for them any more");
    } finally {
      await stub.close();
    }
  }));

Deno.test("metadata services are never asked, and private addresses only where targets may be there", () =>
  withControl(async (made) => {
    const make = (name: string, url: string) =>
      made.do("webhooks.create", { webhook: { name, format: "json", url } });
    const metadata = await make("metadata", "http://169.254.169.254/latest");
    assert.match(
      (await made.do("webhooks.test", { id: metadata.id })).text,
      /is refused: link-local address/,
    );
    const mail = await made.do("smtp.create", {
      profile: { name: "metadata mail", host: "169.254.169.254", from_address: "a@b.test", security: "none" },
    });
    const tried = await made.do("smtp.test", { id: mail.id, to: "a@b.test" });
    assert.deepEqual([tried.ok, /is refused: link-local address/.test(tried.text)], [false, true]);
    const server = await startMailServer();
    const own = await made.do("smtp.create", {
      profile: {
        name: "own",
        host: "127.0.0.1",
        port: server.port,
        from_address: "a@b.test",
        recipients: ["a@b.test"],
        security: "none",
      },
    });
    assert.equal((await made.do("smtp.test", { id: own.id })).ok, true);
    await made.do("settings.update", { patch: { upstreams: { allow_private: false } } });
    assert.match((await made.do("smtp.test", { id: own.id })).text, /allow_private is off/);
    assert.equal(server.mails.length, 1);
    await server.close();
  }));

Deno.test("a kept secret never goes where it was not written for", () =>
  withControl(async (made) => {
    const mail = await made.do("smtp.create", {
      profile: { name: "m", host: "mail.test", from_address: "a@b.test", user: "a", password: PASSWORD },
    });
    const hook = await made.do("webhooks.create", {
      webhook: {
        name: "h",
        format: "json",
        url: "https://hook.test/x",
        secret: SECRET,
        headers: [["X-Token", "t"]],
      },
    });
    const mails = [{ host: "evil.test" }, { port: 2525 }, { security: "none" as const }];
    for (const profile of mails) {
      await assert.rejects(made.do("smtp.update", { id: mail.id, profile }), /was not written for/);
    }
    const hooks = [
      { url: "https://evil.test/x" },
      { url: "http://hook.test/x" },
      { format: "pagerduty" as const },
      { url: "https://evil.test/x", secret: "new" },
    ];
    for (const webhook of hooks) {
      await assert.rejects(made.do("webhooks.update", { id: hook.id, webhook }), /was not written for/);
    }
    await made.do("smtp.update", { id: mail.id, profile: { host: "mail2.test", password: "new" } });
    await made.do("webhooks.update", { id: hook.id, webhook: { url: "https://hook.test/y" } });
    const webhook = { url: "https://other.test/", secret: "new", headers: [] };
    const moved = await made.do("webhooks.update", { id: hook.id, webhook });
    assert.equal(moved.shown_url, "https://other.test");
  }));

Deno.test("the webhook of AEGIS_WEBHOOK_URL tells everything, is tested as others, and is changed only there", async () => {
  const stub = await startWebhookStub();
  const made = await makeControl({ config: { webhook_url: `${stub.url}/from/environment` } });
  try {
    const [{ id, format, shown_url }] = await made.do("webhooks.list", {}) as [Listed];
    assert.deepEqual([format, shown_url], ["json", `${stub.url}/…`]);
    const row = await deliver(made, down(made));
    assert.deepEqual([row.state, stub.posts[0]!.path], ["sent", "/from/environment"]);
    assert.equal((await made.do("webhooks.test", { id })).ok, true);
    await assert.rejects(made.do("webhooks.delete", { id }), /comes from the environment/);
  } finally {
    made.control.notices.stop();
    await made.close();
    await stub.close();
  }
});

Deno.test("mail: sign-in, From, recipients and a subject on one line, by a real SMTP server", () =>
  withControl(async (made) => {
    const server = await startMailServer({ account: { user: "aegis", password: PASSWORD } });
    try {
      const profile = {
        name: "mail",
        host: "127.0.0.1",
        port: server.port,
        security: "none" as const,
        user: "aegis",
        password: PASSWORD,
        from_name: 'Aegis "edge"',
        from_address: "aegis@example.com",
        recipients: ["ops@example.com", "night@example.com"],
      };
      const { id } = await made.do("smtp.create", { profile });
      const row = await deliver(made, { ...down(made), subject: "down\r\nBcc: evil@example.com" });
      assert.deepEqual([row.state, row.error], ["sent", ""]);
      const [mail] = server.mails;
      assert.deepEqual([mail!.user, mail!.from, mail!.to], [
        "aegis",
        "aegis@example.com",
        profile.recipients,
      ]);
      assert.match(mail!.source, /^Subject: \[aegis\] down Bcc: evil@example\.com\r?$/m);
      assert.match(mail!.source, /^Auto-Submitted: auto-generated\r?$/im);
      assert.ok(
        !JSON.stringify([await made.do("smtp.list", {}), await made.do("audit.list", {})]).includes(PASSWORD),
      );

      await made.do("smtp.update", { id, profile: { password: "wrong" } });
      const wrong = await made.do("smtp.test", { id });
      assert.equal(wrong.text, `127.0.0.1:${server.port} does not take the user name and password (535)`);
      await made.do("smtp.update", { id, profile: { security: "starttls", password: PASSWORD } });
      const clear = await made.do("smtp.test", { id });
      assert.match(clear.text, /certificate is not trusted/);
      await made.do("smtp.update", { id, profile: { security: "tls", password: PASSWORD } });
      assert.match((await made.do("smtp.test", { id })).text, /does not begin with TLS/);
      assert.equal(server.mails.length, 1, "nothing went in the clear");
    } finally {
      await server.close();
    }
  }));

Deno.test("mail: a certificate that is not trusted is not spoken to, by STARTTLS or TLS", () =>
  withControl(async (made) => {
    const { server: pair } = await makeTestPki();
    for (const implicit of [false, true]) {
      const server = await startMailServer({ tls: { ...pair, implicit } });
      const { id } = await made.do("smtp.create", {
        profile: {
          name: `mail ${implicit}`,
          host: "127.0.0.1",
          port: server.port,
          security: implicit ? "tls" : "starttls",
          from_address: "aegis@example.com",
          recipients: ["ops@example.com"],
        },
      });
      const { ok, text } = await made.do("smtp.test", { id });
      assert.equal(ok, false);
      assert.match(text, /: its certificate is not trusted \(/);
      assert.equal(server.mails.length, 0);
      await server.close();
    }
  }));

const MAIL: SmtpChannel = {
  type: "smtp",
  id: "c",
  name: "c",
  enabled: true,
  kinds: [],
  host: "127.0.0.1",
  port: 25,
  security: "none",
  user: "",
  password: "",
  from_name: "",
  from_address: "a@b.test",
  recipients: ["a@b.test"],
};

Deno.test("a server that hangs, closes or answers garbage ends in a failure in our own words", () =>
  withControl(async (made) => {
    const sockets = new Set<net.Socket>();
    for (
      const [greeting, closes] of [["", false], ["", true], ["\x00\xffgarbage <script>\r\n", false]] as const
    ) {
      const server = net.createServer((socket) => {
        sockets.add(socket.on("error", () => {}));
        if (greeting !== "") socket.write(greeting, "latin1");
        if (closes) socket.destroy();
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      const { port } = server.address() as AddressInfo;
      const dial = (): Promise<net.Socket> => {
        const socket = net.connect(port, "127.0.0.1").on("error", () => {});
        return new Promise((resolve) => socket.once("connect", () => resolve(socket)));
      };
      const ours = (thrown: Error) => {
        assert.ok(!/script|garbage/.test(thrown.message), thrown.message);
        return thrown.constructor.name === "DeliveryFailure";
      };
      await assert.rejects(sendMail(MAIL, { to: ["a@b.test"], subject: "s", text: "t" }, dial, 200), ours);
      const url = `http://127.0.0.1:${port}/`;
      await assert.rejects(post(made.control.transport, { url, body: "{}", headers: [] }, 200), ours);
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    }
  }));

Deno.test("whoever signs in from a new address is told of, but not at the first time of all", () =>
  withControl(async (made) => {
    const stub = await startWebhookStub();
    try {
      await made.do("webhooks.create", { webhook: { name: "h", format: "json", url: stub.url } });
      const password = "seven lanterns over quiet water";
      await made.do("users.create", { name: "mira", password, role: "owner" });
      const from = (address: string) =>
        made.do("auth.login", { name: "mira", password }, {
          kind: "nobody",
          id: "",
          name: "",
          role: "viewer",
          address,
        });
      const waiting = () => made.do("notifications.list", { state: "waiting" });
      await from("192.0.2.1");
      await from("192.0.2.1");
      assert.equal((await waiting()).length, 0);
      await from("198.51.100.9");
      const [row] = await waiting();
      assert.deepEqual(row!.kinds, ["sign_in_new_address"]);
      assert.match(row!.subject, /^mira signed in from a new address/);
    } finally {
      await stub.close();
    }
  }));

Deno.test("a certificate of one's own that ends is told of once at each of its days", () =>
  withControl(async (made) => {
    const day = 86_400_000;
    await made.do("webhooks.create", { webhook: { name: "h", format: "json", url: "http://127.0.0.1:9/" } });
    const certificate = { id: "c1", names: ["shop.test"], certificatePem: "", keyPem: "", createdAt: 0 };
    made.store.certificates.put({ ...certificate, origin: UPLOADED, notAfter: made.clock.now() + 20 * day });
    made.store.certificates.put({
      ...certificate,
      id: "c2",
      origin: "local-ca",
      notAfter: made.clock.now() + day,
    });
    const told = async () => {
      noticeEndingCertificates(made.control);
      noticeEndingCertificates(made.control);
      return (await made.do("notifications.list", {}))[0]?.notices ?? 0;
    };
    assert.equal(await told(), 1);
    made.clock.advance(14 * day);
    assert.equal(await told(), 2);
    made.clock.advance(7 * day);
    assert.equal(await told(), 3);
  }));
