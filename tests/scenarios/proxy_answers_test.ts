/** What a client reads from the real process: the target's answers untouched, and Aegis's own where they are due. */
import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { type DemoTarget, startDemoTarget } from "../support/demo_target.ts";
import { type Ask, ask } from "../support/http_client.ts";
import { localCa } from "../support/local_trust.ts";
import { until } from "../support/until.ts";

interface Scene {
  readonly aegis: AegisProcess;
  readonly target: DemoTarget;
  readonly ca: string;
  /** In the clear. */
  readonly get: (host: string, path: string, rest?: Partial<Ask>) => ReturnType<typeof ask>;
  /** Over TLS, with the local CA trusted. */
  readonly getTls: (host: string, path: string, rest?: Partial<Ask>) => ReturnType<typeof ask>;
}

function config(target: string, deadPort: number): string {
  return `hosts:
  - { domains: [app.test, www.app.test], targets: [{ url: "${target}" }], waf: { mode: enforce } }
  - { domains: [other.test], targets: [{ url: "${target}" }] }
  - { domains: [modern.test], targets: [{ url: "${target}" }], tls_min_version: "1.3" }
  - { domains: [secure.test], targets: [{ url: "${target}" }], force_https: true, hsts: { enabled: true } }
  - { domains: [small.test], targets: [{ url: "${target}" }], max_body_bytes: 1000, allowed_methods: [GET, POST] }
  - { domains: [lax.test], targets: [{ url: "${target}" }], response_filter: { same_site: true } }
  - { domains: [down.test], targets: [{ url: "http://127.0.0.1:${deadPort}" }] }
`;
}

Deno.test("answers of the running product", async (t) => {
  const target = await startDemoTarget("app", {
    "/empty": (_request, response) => response.writeHead(204).end(),
    "/unchanged": (_request, response) => response.writeHead(304, { etag: '"7"' }).end(),
    "/cookie": (_request, response) => response.writeHead(200, { "set-cookie": "sid=1; Path=/" }).end("ok"),
    "/length": (_request, response) =>
      response.writeHead(200, { "content-length": "12" }).end("twelve bytes"),
  });
  const dead = await startDemoTarget("dead");
  await dead.close();
  const aegis = await startAegis({ config: config(target.url, dead.port) });
  try {
    const ca = await localCa(aegis);
    const get: Scene["get"] = (host, path, rest) => ask({ port: aegis.httpPort, host, path, ...rest });
    const getTls: Scene["getTls"] = (host, path, rest) =>
      ask({ port: aegis.httpsPort, host, path, ca, ...rest });
    const scene = { aegis, target, ca, get, getTls };
    for (const [name, step] of Object.entries(STEPS)) await t.step(name, () => step(scene));
  } finally {
    assert.equal(await aegis.stop(), 0);
    await target.close();
  }
});

const STEPS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  async "[SECURITY] every answer's cookies get SameSite, however often a target sends the same lines"(
    { get },
  ) {
    for (let i = 0; i < 12; i++) {
      const { headers } = await get("lax.test", "/cookie");
      assert.deepEqual(headers["set-cookie"], ["sid=1; Path=/; SameSite=Lax"], `answer ${i + 1}`);
    }
  },

  async "a page comes the same in the clear and over TLS"({ get, getTls }) {
    for (const ask of [get, getTls]) {
      const answer = await ask("app.test", "/shop/lamps?page=2&sort=price");
      assert.equal(answer.status, 200);
      assert.equal(JSON.parse(answer.text).url, "/shop/lamps?page=2&sort=price");
      assert.equal(answer.headers.server, "aegis");
    }
  },
  async "HEAD, 204 and 304 have no body, and HEAD keeps the length that GET has"({ get }) {
    const head = await get("app.test", "/length", { method: "HEAD" });
    assert.deepEqual([head.status, head.headers["content-length"], head.text], [200, "12", ""]);
    const whole = await get("app.test", "/length");
    assert.deepEqual([whole.headers["content-length"], whole.text], ["12", "twelve bytes"]);
    const empty = await get("app.test", "/empty");
    assert.deepEqual([empty.status, empty.text, empty.headers["content-length"]], [204, "", undefined]);
    const unchanged = await get("app.test", "/unchanged");
    assert.deepEqual([unchanged.status, unchanged.headers.etag, unchanged.text], [304, '"7"', ""]);
  },
  async "force_https moves GET and HEAD for good with 301, other methods with 308, and keeps path and query"(
    { aegis, get, getTls },
  ) {
    const place = `https://secure.test:${aegis.httpsPort}/a%20b/c?d=e&f`;
    for (const [method, status] of [["GET", 301], ["HEAD", 301], ["POST", 308], ["DELETE", 308]] as const) {
      const answer = await get("secure.test:80", "/a%20b/c?d=e&f", { method });
      assert.deepEqual([answer.status, answer.headers.location], [status, place], method);
    }
    const secure = await getTls("secure.test", "/");
    assert.equal(secure.status, 200);
    assert.equal(secure.headers["strict-transport-security"], "max-age=31536000");
  },
  async "an unknown name is 421, in the clear and over TLS, and never another site"({ get, getTls, target }) {
    const before = target.requests();
    assert.equal((await get("nobody.test", "/")).status, 421);
    assert.equal((await getTls("nobody.test", "/", { anyName: true })).status, 421);
    assert.equal((await get("app.test.evil.test", "/")).status, 421);
    assert.equal(target.requests(), before);
  },
  async "a Host that the certificate of the handshake does not cover is 421"({ getTls }) {
    assert.equal((await getTls("other.test", "/", { serverName: "app.test" })).status, 421);
    assert.equal((await getTls("www.app.test", "/", { serverName: "app.test" })).status, 200);
    assert.equal((await getTls("modern.test", "/")).status, 200);
  },
  async "a body over max_body_bytes is 413, declared or streamed, and what fits passes"(
    { get, target },
  ) {
    const before = target.requests();
    const declared = await get("small.test", "/", { method: "POST", body: "x".repeat(1_001) });
    assert.equal(declared.status, 413);
    assert.equal(target.requests(), before);
    const streamed = await get("small.test", "/", {
      method: "POST",
      body: "x".repeat(5_000),
      chunked: true,
    });
    assert.equal(streamed.status, 413);
    const fits = await get("small.test", "/", { method: "POST", body: "x".repeat(1_000) });
    assert.equal(JSON.parse(fits.text).bytes, 1_000);
  },
  async "a method that is not allowed is 405 and names those that are"({ get }) {
    const answer = await get("small.test", "/", { method: "DELETE" });
    assert.deepEqual([answer.status, answer.headers.allow], [405, "GET, POST"]);
  },
  async "a target that is down is 502: a page for people, JSON for programs, detail for nobody"({ get }) {
    const program = await get("down.test", "/", { headers: { accept: "application/json" } });
    assert.equal(program.status, 502);
    const { error, request_id } = JSON.parse(program.text);
    assert.equal(error, "bad gateway");
    assert.equal(request_id, program.headers["x-request-id"]);
    const person = await get("down.test", "/", { headers: { accept: "text/html,*/*;q=0.8" } });
    assert.equal(person.status, 502);
    assert.match(String(person.headers["content-type"]), /^text\/html/);
    assert.ok(person.text.includes(String(person.headers["x-request-id"])));
    for (const { text } of [program, person]) assert.doesNotMatch(text, /127\.0\.0\.1|ECONN|refused/i);
  },
  async "an attack is refused with a reason in the log, in the clear and over TLS"(
    { aegis, get, getTls, target },
  ) {
    const before = target.requests();
    const attack = "/item?id=-1%20UNION%20SELECT%20name,pass%20FROM%20users";
    for (const ask of [get, getTls]) {
      const answer = await ask("app.test", attack);
      assert.equal(answer.status, 403);
      assert.doesNotMatch(answer.text, /sqli|union/i);
    }
    assert.equal(target.requests(), before);
    const row = await until("the refusal is in the log", async () => {
      const { rows } = await aegis.perform("traffic.query", { action: "blocked", reason: "waf" });
      return rows[0];
    });
    assert.match(row.rules[0]!.id, /^sqli-/);
  },
  async "a ban is in force at the next request, and its end too"({ aegis, get, getTls }) {
    const from = ownAddress();
    assert.equal((await get("app.test", "/", { from })).status, 200);
    const ban = await aegis.perform("bans.create", { network: from, reason: "a test" });
    assert.equal((await get("app.test", "/", { from })).status, 403);
    assert.equal((await getTls("app.test", "/", { from })).status, 403);
    assert.equal((await get("app.test", "/")).status, 200);
    await aegis.perform("bans.delete", { id: ban.id });
    assert.equal((await get("app.test", "/", { from })).status, 200);
  },
};

/** An address of this machine that is not loopback, because loopback cannot be banned. */
function ownAddress(): string {
  const found = Object.values(networkInterfaces()).flat().find((each) =>
    each !== undefined && !each.internal && each.family === "IPv4"
  );
  assert.ok(found, "this machine has no IPv4 address but loopback, so nothing can be banned on it");
  return found.address;
}
