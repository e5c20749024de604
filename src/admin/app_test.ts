import assert from "node:assert/strict";
import type { LiveBatch } from "../control/traffic/live.ts";
import { until } from "../../tests/support/until.ts";
import { PASSWORD, SETUP_TOKEN } from "../../tests/support/admin_fixture.ts";
import { hosts } from "../../tests/support/admin_fixture_data.ts";
import { visit } from "../../tests/support/admin_visit.ts";

Deno.test("pages are for people who are signed in; the sign-in leads back", async () => {
  await visit({}, false, async ({ get, post }) => {
    const away = await get("/hosts/h-wiki?x=1");
    assert.equal(away.status, 303);
    assert.equal(away.headers.get("location"), "/sign-in?next=%2Fhosts%2Fh-wiki%3Fx%3D1");
    const fragment = await get("/traffic", { "hx-request-type": "partial" });
    assert.equal(fragment.status, 204);
    assert.match(fragment.headers.get("hx-redirect") ?? "", /^\/sign-in\?next=/);
    const back = await post("/sign-in", { name: "Mira Olsen", password: PASSWORD, next: "/hosts" });
    assert.equal(back.headers.get("location"), "/hosts");
    const cookie = back.headers.getSetCookie().find((each) => each.includes("aegis_session")) ?? "";
    assert.match(
      cookie,
      /^__Host-aegis_session=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; Secure; SameSite=Strict$/,
    );
  });
});

Deno.test("who is not signed in cannot make the administration read much", async () => {
  await visit({}, false, async ({ post }) => {
    const long = { name: "x".repeat(20_000), password: "y" };
    assert.equal((await post("/sign-in", long)).status, 422);
    assert.equal((await post("/setup", long)).status, 422);
    const elsewhere = await post("/rules/import", long);
    assert.equal(elsewhere.status, 303);
    assert.match(elsewhere.headers.get("location") ?? "", /^\/sign-in/);
  });
});

Deno.test("a sign-in never leads to another site", async () => {
  await visit({}, false, async ({ post }) => {
    for (
      const next of ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
    ) {
      const answer = await post("/sign-in", { name: "Mira Olsen", password: PASSWORD, next });
      assert.equal(answer.headers.get("location"), "/");
    }
  });
});

Deno.test("a wrong password keeps the name and tells nothing more", async () => {
  await visit({}, false, async ({ post }) => {
    const answer = await post("/sign-in", { name: "mira<b>", password: "wrong-password-1" });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /value="mira&lt;b&gt;"/);
    assert.match(answer.text, /Name or password is not right\./);
    assert.doesNotMatch(answer.text, /wrong-password-1/);
  });
});

Deno.test("every answer has the strict policy and is not stored; files are stored for ever", async () => {
  await visit({}, true, async ({ get }) => {
    const page = await get("/");
    assert.equal(page.status, 200);
    assert.match(
      page.headers.get("content-security-policy") ?? "",
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    assert.doesNotMatch(page.headers.get("content-security-policy") ?? "", /unsafe|\*/);
    assert.equal(page.headers.get("cache-control"), "no-store");
    assert.equal(page.headers.get("x-frame-options"), "DENY");
    assert.doesNotMatch(page.text, /<script>|<style|<[a-z][^>]*\s(on\w+|style|hx-on\S*)=|javascript:/);
    for (const [, path] of page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
      const file = await get(path ?? "");
      assert.equal(file.status, 200);
      assert.match(file.headers.get("cache-control") ?? "", /immutable/);
    }
    assert.equal((await get("/assets/app.0000000000000000.js")).status, 404);
  });
});

Deno.test("foreign names are refused (DNS rebinding)", async () => {
  await visit({}, true, async ({ fixture }) => {
    const answer = await fetch(fixture.url.replace("localhost", "127.0.0.1"));
    assert.equal(answer.status, 421);
    await answer.body?.cancel();
  });
});

Deno.test("nothing changes without the token of the session, or from another origin", async () => {
  await visit({}, true, async ({ fixture, post }) => {
    const before = fixture.calls.length;
    const fields = { switch: "off", was: "inherit" };
    assert.equal((await post("/rules/sqli-120/switch", fields)).status, 403);
    assert.equal((await post("/rules/sqli-120/switch", { ...fields, csrf: "guess" })).status, 403);
    const right = { ...fields, csrf: "csrf-of-the-fixture" };
    assert.equal(
      (await post("/rules/sqli-120/switch", right, { origin: "https://evil.example" })).status,
      403,
    );
    assert.equal(
      (await post("/sign-in", { name: "Mira Olsen", password: PASSWORD }, { origin: "null" })).status,
      403,
    );
    assert.deepEqual(fixture.calls.slice(before).map((call) => call.name), []);
    assert.equal((await post("/rules/sqli-120/switch", right)).status, 303);
    assert.deepEqual(fixture.calls.at(-1)?.input, { id: "sqli-120", switch: "off" });
  });
});

Deno.test("a form that is refused comes back with what was typed and the error at its field", async () => {
  await visit({}, true, async ({ post }) => {
    const answer = await post("/hosts/new", {
      csrf: "csrf-of-the-fixture",
      domains: "new.example.com",
      "targets.0.url": "http://10.20.0.21:8080/shop",
      "waf.mode": "enforce",
    });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /value="new\.example\.com"/);
    assert.match(answer.text, /A target has no path\. Write http:\/\/10\.20\.0\.21:8080\./);
    assert.match(answer.text, /value="enforce" checked/);
  });
});

Deno.test("a change that came too late says so and keeps what was typed", async () => {
  await visit({}, true, async ({ post }) => {
    const answer = await post("/hosts/h-wiki", {
      csrf: "csrf-of-the-fixture",
      version: "1",
      domains: "wiki2.example.com",
      notes: "",
    });
    assert.equal(answer.status, 412);
    assert.match(answer.text, /Somebody else changed this host meanwhile/);
    assert.match(answer.text, /wiki2\.example\.com/);
    assert.match(answer.text, /Below what differs stands what is in force now/);
    assert.match(answer.text, /id="f-domains-e"><span>In force now: wiki\.example\.com/);
  });
});

Deno.test("removing needs the name, and says where it failed", async () => {
  await visit({}, true, async ({ post, fixture }) => {
    const wrong = await post("/hosts/h-wiki/delete", { csrf: "csrf-of-the-fixture", confirm: "wiki" });
    assert.equal(wrong.status, 409);
    assert.match(wrong.text, /type wiki\.example\.com/);
    const right = await post("/hosts/h-wiki/delete", {
      csrf: "csrf-of-the-fixture",
      confirm: "wiki.example.com",
    });
    assert.equal(right.headers.get("location"), "/hosts");
    assert.equal(fixture.calls.at(-1)?.name, "hosts.delete");
  });
});

Deno.test("the filter reaches the operation, and its number its rows", async () => {
  await visit({}, true, async ({ get, fixture }) => {
    const answer = await get(
      `/traffic?${new URLSearchParams({
        q: "action:blocked -rule:sqli-120 union",
        from: "1000",
        to: "2000",
      })}`,
    );
    assert.equal(answer.status, 200);
    assert.deepEqual(fixture.calls.at(-1)?.input, {
      action: "blocked",
      q: "union",
      exclude: { rule: "sqli-120" },
      from: 1000,
      to: 2000,
      limit: 40,
    });
  });
});

Deno.test("the same address answers a fragment to htmx and a page without it", async () => {
  await visit({}, true, async ({ get }) => {
    const whole = await get("/hosts");
    const part = await get("/hosts", { "hx-request-type": "partial", "hx-target": "main#main" });
    assert.match(whole.text, /^<!doctype html><html lang="en"/);
    assert.match(part.text, /^<title>Hosts · Aegis<\/title>/);
    assert.doesNotMatch(part.text, /<html/);
    assert.equal(part.headers.get("vary"), "HX-Request-Type");
    const drawer = await get("/traffic/01JD8F3K7QW2T9ABCDEFGH0000", {
      "hx-request-type": "partial",
      "hx-target": "aside#drawer",
    });
    assert.match(drawer.text, /^<div class="drawer">/);
  });
});

Deno.test("an unknown page and an unknown thing are told apart from a fault", async () => {
  await visit({}, true, async ({ get }) => {
    const nowhere = await get("/nowhere");
    assert.equal(nowhere.status, 404);
    assert.match(nowhere.text, /There is no such page/);
    assert.equal((await get("/traffic/unknown")).status, 404);
    const fault = await get("/system/trust");
    assert.equal(fault.status, 500);
    assert.match(fault.text, /What was in force stays in force\. Request [0-9a-f-]{36}\./);
  });
});

Deno.test("the setup asks for its token, makes the account and goes on signed in", async () => {
  await visit({ setup: true }, false, async ({ get, post, fixture }) => {
    assert.equal((await get("/")).headers.get("location"), "/setup");
    assert.match((await get("/setup")).text, /not set up yet/);
    const account = { name: "mira", password: "four words are enough", token: SETUP_TOKEN };
    const short = await post("/setup", { ...account, password: "short" });
    assert.equal(short.status, 422);
    assert.match(short.text, new RegExp(`name="token" value="${SETUP_TOKEN}"`));
    assert.equal((await post("/setup", { ...account, token: "wrong" })).status, 403);
    const made = await post("/setup", { ...account, password: PASSWORD });
    assert.equal(made.headers.get("location"), "/setup/protection");
    const csrf = "csrf-of-the-fixture";
    assert.equal(
      (await post("/setup/protection", { csrf, paranoia: "2" })).headers.get("location"),
      "/setup/mail",
    );
    assert.deepEqual(fixture.calls.at(-1)?.input, { patch: { waf: { paranoia_level: 2 } } });
    assert.match((await get("/setup/mail")).text, /href="\/setup\/host"/, "it may be left out");
    const mail = { csrf, host: "mail.example.com", port: "x", security: "tls", recipients: "a@b.example" };
    const wrong = await post("/setup/mail", mail);
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /name="host"[^>]* value="mail\.example\.com"/);
    const saved = await post("/setup/mail", { ...mail, port: "465", from_address: "aegis@b.example" });
    assert.equal(saved.headers.get("location"), "/setup/host");
    const { name, input } = fixture.calls.findLast(({ name }) => name === "smtp.create")!;
    assert.deepEqual([name, input], ["smtp.create", {
      profile: {
        name: "operations",
        host: "mail.example.com",
        port: 465,
        security: "tls",
        user: "",
        from_name: "",
        from_address: "aegis@b.example",
        recipients: ["a@b.example"],
      },
    }]);
    const host = {
      csrf,
      domains: "shop.example.com",
      "targets.0.url": "http://127.0.0.1:8080",
      "waf.mode": "enforce",
    };
    assert.match((await post("/setup/host", host)).headers.get("location") ?? "", /^\/setup\/ready\?host=/);
    assert.equal((await get("/setup")).headers.get("location"), "/");
  });
});

Deno.test("the setup's end says what is served, also where its step was left out", async () => {
  await visit({ empty: true }, true, async ({ get }) => {
    assert.match((await get("/setup/ready")).text, /No host is served yet/);
  });
  await visit({}, true, async ({ get }) => {
    assert.match((await get("/setup/ready")).text, /\d hosts are served/);
    assert.match(
      (await get("/setup/ready?host=h-wiki")).text,
      /<b>wiki\.example\.com<\/b> is served.*It only detects/s,
    );
  });
});

Deno.test("the live tail sends rows newest first, escaped, and is left when the browser goes", async () => {
  await visit({}, true, async ({ fixture }) => {
    const signIn = await fetch(`${fixture.url}/sign-in`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ name: "Mira Olsen", password: PASSWORD }),
      headers: { origin: fixture.url },
    });
    const cookie = signIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    await signIn.body?.cancel();
    const abort = new AbortController();
    const stream = await fetch(`${fixture.url}/live`, { headers: { cookie }, signal: abort.signal });
    assert.equal(stream.headers.get("content-type"), "text/event-stream");
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    assert.equal((await reader.read()).value, ": welcome\n\n");
    const row: Omit<LiveBatch["rows"][number], "id" | "target"> = {
      host_id: "",
      client: "192.0.2.1",
      country: "SE",
      method: "GET",
      status: 403,
      reason: "waf",
      detail: "",
      latency_ms: 1,
      response_bytes: 1,
      score: 5,
      count: 1,
      rules: [],
      at: 1_795_358_287_000,
      action: "blocked",
      host: "x",
    };
    fixture.push({
      rows: [{ ...row, id: "A", target: "/old" }, { ...row, id: "B", target: "/<script>\n" }],
      more: 3,
    });
    const { value } = await reader.read();
    assert.match(value ?? "", /^data: <li>.*\/traffic\/B.*\/traffic\/A.*and 3 more.*\n\n$/);
    assert.match(value ?? "", /&lt;script&gt;.*LF/);
    assert.doesNotMatch(value ?? "", /<script>/);
    await reader.cancel();
    abort.abort();
    await until("the tail is left", () => fixture.watchers === 0);
  });
});

Deno.test("a viewer is offered nothing that changes anything", async () => {
  const offered = new Set<string>();
  await visit({ role: "viewer" }, true, async ({ get }) => {
    const paths = [
      "/",
      "/traffic",
      "/traffic/01JD8F3K7QW2T9ABCDEFGH0000",
      "/hosts",
      "/hosts/h-wiki",
      "/rules",
      "/rules/sqli-120",
      "/rules/own",
      "/rules/exceptions",
      "/rules/tester",
      "/bans",
      "/system",
      "/help",
      "/account",
    ];
    for (const path of paths) {
      const { status, text } = await get(path);
      assert.equal(status, 200, path);
      assert.doesNotMatch(text, /href="\/(users|audit)"/, path);
      for (const [form] of text.matchAll(/<form method="post"[^]*?<\/form>/g)) {
        const isLocked = /<fieldset [^>]*disabled/.test(form);
        if (!isLocked) offered.add(/action="([^"]+)"/.exec(form)?.[1] ?? "");
      }
    }
  });
  assert.deepEqual([...offered].toSorted(), [
    "/account/password",
    "/account/preferences",
    "/rules/tester",
    "/sign-out",
  ]);
});

Deno.test("the preview of an error page shows it and can do nothing as the administration", async () => {
  await visit({}, true, async ({ get }) => {
    const own = await get("/hosts/h-wiki/error-page/503");
    assert.equal(own.status, 200);
    assert.match(own.text, /<h1>503<\/h1>/);
    const policy = own.headers.get("content-security-policy") ?? "";
    assert.match(policy, /^sandbox; default-src 'none'/);
    assert.doesNotMatch(policy, /script-src|allow-/);
    const common = await get("/hosts/h-shop/error-page/502");
    assert.match(common.text, /The site is not answering/);
    assert.equal((await get("/hosts/h-wiki/error-page/200")).status, 404);
  });
});

Deno.test("a host's kind decides what its form asks for and its list says", async () => {
  await visit({}, true, async ({ fixture, get, post }) => {
    const list = await get("/hosts");
    assert.match(list.text, /leads to https:\/\/community\.example\.com/);
    assert.match(list.text, /answers 404/);
    assert.doesNotMatch((await get("/hosts/h-moved")).text, /\/hosts\/h-moved\/targets/);
    assert.match((await get("/hosts/new?kind=redirect")).text, /name="redirect\.url"/);
    await post("/hosts/new", { csrf: "csrf-of-the-fixture", kind: "dead", domains: "gone.example.com" });
    assert.deepEqual(fixture.calls.findLast(({ name }) => name === "hosts.create")?.input, {
      host: { domains: ["gone.example.com"], kind: "dead" },
    });
  });
});

Deno.test("a long list of hosts comes in pages, in the order that people count in", async () => {
  const [wiki] = hosts();
  const many = Array.from({ length: 230 }, (_, i) => ({ ...wiki!, id: `m${i}`, domains: [`h${i}.test`] }));
  await visit({ hosts: many }, true, async ({ get }) => {
    const first = await get("/hosts?sort=name");
    assert.equal(first.text.match(/href="\/hosts\/m\d+"/g)?.length, 100);
    assert.match(first.text, /1 to 100 of 230 hosts/);
    assert.ok(first.text.indexOf('"/hosts/m2"') < first.text.indexOf('"/hosts/m10"'));
    assert.match(first.text, /href="\/hosts\?sort=name&amp;page=2" rel="next"/);
    const last = await get("/hosts?sort=name&page=99");
    assert.match(last.text, /201 to 230 of 230 hosts/);
    assert.doesNotMatch(last.text, /rel="next"/);
    assert.match((await get("/hosts?page=nonsense")).text, /1 to 100 of 230 hosts/);
  });
});
