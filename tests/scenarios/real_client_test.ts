/** Clients behind a trusted proxy, and what an operator switches while Aegis runs, on real sockets through all threads. */
import assert from "node:assert/strict";
import { startDemoTarget } from "../support/demo_target.ts";
import { H2Client } from "../support/h2_client.ts";
import { ask } from "../support/http_client.ts";
import { startInProcess } from "../support/in_process.ts";
import { localCa } from "../support/local_trust.ts";
import { RawClient } from "../support/raw_client.ts";

const HOST = "shop.test";
/** Addresses of this machine: one is the proxy, one is nobody. */
const PROXY = "127.0.0.2";
const STRANGER = "127.0.0.3";
const CLIENT = "203.0.113.9";

Deno.test("the real client is who a trusted proxy says, in one header, and nobody else's word counts", async () => {
  const target = await startDemoTarget("shop", {
    "/who": (request, response) => response.end(JSON.stringify(request.headers)),
  });
  const aegis = await startInProcess(
    `proxies: { trusted: [{ network: ${PROXY}, header: x-forwarded-for }, 127.0.0.1] }
l4_conn_limit: 3
hosts:
  - { domains: [${HOST}, localhost], targets: [{ url: "http://127.0.0.1:${target.port}" }] }
`,
  );
  const get = (from: string, headers: Record<string, string>, path = "/who") =>
    ask({ port: aegis.httpPort, host: HOST, path, from, headers });
  const toldOf = async (from: string, headers: Record<string, string>) => {
    const { status, text } = await get(from, headers);
    assert.equal(status, 200, text);
    return JSON.parse(text) as Record<string, string>;
  };
  const forged = {
    "x-forwarded-for": `198.51.100.1, ${CLIENT}`,
    "x-real-ip": "198.51.100.2",
    "cf-connecting-ip": "198.51.100.3",
    forwarded: "for=198.51.100.4;proto=https",
    "x-forwarded-proto": "https",
    "x_forwarded_for": "198.51.100.5",
    "x-aegis-oauth-user": "root",
    connection: "close, x-forwarded-for",
  };
  try {
    for (const [from, client, proto] of [[PROXY, CLIENT, "https"], [STRANGER, STRANGER, "http"]] as const) {
      const told = await toldOf(from, forged);
      assert.equal(told["x-forwarded-for"], client);
      assert.equal(told["x-real-ip"], client);
      assert.equal(told["forwarded"], `for=${client};host="${HOST}";proto=${proto}`);
      assert.equal(told["x-forwarded-proto"], proto);
      for (const gone of ["cf-connecting-ip", "x_forwarded_for", "x-aegis-oauth-user"]) {
        assert.ok(!(gone in told));
      }
    }

    const h2 = await H2Client.begin(
      await RawClient.tls(aegis.httpsPort, await localCa(aegis), ["h2"]),
    );
    const id = h2.newId();
    const { connection: _hop, ...fields } = forged;
    await h2.headers(id, [
      [":method", "GET"],
      [":scheme", "https"],
      [":authority", "localhost"],
      [":path", "/who"],
      ...Object.entries(fields),
    ], true);
    const told = JSON.parse((await h2.answer(id)).body) as Record<string, string>;
    assert.deepEqual([told["x-forwarded-for"], told["x-forwarded-proto"]], [CLIENT, "https"]);
    assert.ok(!("cf-connecting-ip" in told));
    h2.close();

    await aegis.perform("bans.create", { network: CLIENT });
    assert.equal((await get(PROXY, { "x-forwarded-for": CLIENT })).status, 403);
    assert.equal((await get(PROXY, { "x-forwarded-for": "203.0.113.10" })).status, 200);
    assert.equal((await get(STRANGER, { "x-forwarded-for": CLIENT })).status, 200);

    const crowd = await Promise.all(
      Array.from({ length: 12 }, (_, i) => get(PROXY, { "x-forwarded-for": `203.0.113.${20 + i}` })),
    );
    assert.deepEqual(
      new Set(crowd.map(({ status }) => status)),
      new Set([200]),
      "no cap for the proxy itself",
    );
  } finally {
    assert.equal(await aegis.stop(), 0);
    await target.close();
  }
});

Deno.test("proxies, parts, maintenance and the alarm change while Aegis runs, each with the next request", async () => {
  const target = await startDemoTarget("shop", {
    "/who": (request, response) => response.end(request.headers["x-real-ip"]),
  });
  const aegis = await startInProcess(`challenge: { mode: managed }
hosts:
  - domains: [${HOST}]
    targets: [{ url: "http://127.0.0.1:${target.port}" }]
    waf: { mode: enforce }
    maintenance: { exempt_cidrs: [${STRANGER}] }
`);
  const browser = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    accept: "text/html,application/xhtml+xml",
    "accept-language": "en",
    "accept-encoding": "gzip",
    "sec-fetch-mode": "navigate",
    connection: "close",
  };
  const get = (path: string, headers: Record<string, string> = {}, from = PROXY) =>
    ask({ port: aegis.httpPort, host: HOST, path, from, headers: { ...browser, ...headers } });
  const who = async () => (await get("/who", { "x-forwarded-for": CLIENT })).text;
  let attackers = 10;
  /** Each from an address of its own: who attacked before is asked to prove itself. */
  const attack = async () => {
    const path = "/?id=1%20union%20select%20name,pass%20from%20users";
    return (await get(path, {}, `127.0.0.${attackers++}`)).status;
  };
  try {
    assert.equal(await who(), PROXY);
    await aegis.perform("proxies.add", { network: PROXY });
    assert.equal(await who(), CLIENT);
    await aegis.perform("proxies.remove", { network: PROXY });
    assert.equal(await who(), PROXY);

    assert.equal(await attack(), 403);
    await aegis.perform("settings.update", { patch: { toggles: { waf: false } } });
    assert.equal(await attack(), 200);
    await aegis.perform("settings.update", { patch: { toggles: { waf: true } } });
    await aegis.perform("hosts.pause_waf", { id: HOST, minutes: 1 });
    assert.equal(await attack(), 200);
    await aegis.perform("hosts.pause_waf", { id: HOST, minutes: 0 });
    assert.equal(await attack(), 403);

    await aegis.perform("hosts.maintenance", { id: HOST, minutes: 1 });
    const closed = await get("/who");
    assert.equal(closed.status, 503);
    assert.ok(Number(closed.headers["retry-after"]) <= 60);
    assert.equal((await get("/who", {}, STRANGER)).status, 200);
    await aegis.perform("hosts.maintenance", { id: HOST, minutes: 0 });

    assert.equal((await get("/who", {}, STRANGER)).status, 200);
    await aegis.perform("hosts.under_attack", { id: HOST, minutes: 1 });
    const asked = await get("/who", {}, STRANGER);
    assert.equal(asked.status, 503);
    assert.match(asked.text, /<html/);
    await aegis.perform("hosts.under_attack", { id: HOST, minutes: 0 });
    assert.equal((await get("/who", {}, STRANGER)).status, 200);
    const { in_flight, hosts } = await aegis.perform("shield.status", {});
    assert.equal(in_flight, 0, "what is over is not counted");
    assert.equal(hosts[0]!.level, "none");
  } finally {
    assert.equal(await aegis.stop(), 0);
    await target.close();
  }
});
