import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ask } from "../support/http_client.ts";
import { type InProcess, startInProcess } from "../support/in_process.ts";
import { localCa } from "../support/local_trust.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/until.ts";

/** An application at which only one password is right. */
async function startSignIn() {
  const server = createServer((request, response) => {
    const body: Uint8Array[] = [];
    // An answer without an end.
    if (request.url === "/events") return void response.writeHead(200).write("begins");
    request.on("data", (chunk) => body.push(chunk));
    request.on("end", () => {
      const isRight = request.method === "GET" || body.join("").includes("pass=right");
      response.writeHead(isRight ? 200 : 401, { "content-type": "text/plain" }).end("answer");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

/** One request on a connection of its own, which comes to whatever gateway the kernel chooses. */
async function overHttp1(aegis: InProcess, client: string, path: string, body?: string): Promise<number> {
  const { status } = await ask({
    port: aegis.httpPort,
    host: "localhost",
    path,
    headers: { "x-forwarded-for": client, "content-type": "application/x-www-form-urlencoded" },
    ...(body === undefined ? {} : { method: "POST", body }),
  });
  return status;
}

async function overHttp2(
  http: Deno.HttpClient,
  aegis: InProcess,
  client: string,
  path: string,
  body: string,
): Promise<number> {
  const answer = await fetch(`https://localhost:${aegis.httpsPort}${path}`, {
    client: http,
    method: "POST",
    headers: { "x-forwarded-for": client, "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  await answer.body?.cancel();
  return answer.status;
}

async function eventsOf(aegis: InProcess, client: string) {
  const { events } = await aegis.perform("correlation.list", {});
  return events.filter((event) => event.clients.includes(client));
}

Deno.test("stolen passwords that are tried out over connections, protocols and threads are refused together", async (t) => {
  const target = await startSignIn();
  const aegis = await startInProcess(`
workers: 2
proxies: { trusted: [127.0.0.1] }
hosts:
  - { domains: [localhost], targets: [{ url: "${target.url}" }], waf: { mode: enforce } }
  - { domains: [watched.test], targets: [{ url: "${target.url}" }], waf: { mode: detect } }
`);
  const http2 = Deno.createHttpClient({ caCerts: [await localCa(aegis)], http2: true, http1: false });
  try {
    await aegis.perform("rules.import_set", { id: "correlation" });
    const thief = "198.51.100.7";
    const refused = () =>
      until("the client is refused", async () => {
        return await overHttp1(aegis, thief, "/news") === 403;
      });

    await t.step("five different sign-ins within two minutes", async () => {
      const running = await RawClient.clear(aegis.httpPort);
      await running.write(`GET /events HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${thief}\r\n\r\n`);
      await running.readThrough("begins");
      assert.equal(await overHttp1(aegis, thief, "/login", "user=a&pass=1"), 401);
      assert.equal(await overHttp1(aegis, thief, "/login", "user=b&pass=2"), 401);
      assert.equal(await overHttp2(http2, aegis, thief, "/login", "user=c&pass=3"), 401);
      assert.equal(await overHttp2(http2, aegis, thief, "/login", "user=d&pass=4"), 401);
      for (let i = 0; i < 20; i++) assert.equal(await overHttp1(aegis, thief, "/news"), 200);
      assert.equal(
        await overHttp1(aegis, thief, "/login", "user=e&pass=5"),
        401,
        "it acts from the next one on",
      );
      await refused();
      assert.equal(await running.ending(), "error", "what runs is broken off too");
      running.close();
      await until("the log says why", async () => {
        const { rows } = await aegis.perform("traffic.query", { q: "/news" });
        return rows.some(({ reason }) => reason === "correlation");
      });
      assert.equal(await overHttp1(aegis, "198.51.100.8", "/news"), 200, "others come through");
    });

    await t.step("the event says who, why and by what requests, without their bodies", async () => {
      const [event] = await until("the event is stored", async () => {
        const events = await eventsOf(aegis, thief);
        return events.length > 0 && events;
      });
      assert.equal(event!.rule_id, "set-corr-credential-stuffing");
      assert.equal(event!.action, "blocked");
      assert.equal(event!.block, "in_force");
      assert.equal(event!.counted, 5);
      const { snapshots } = await aegis.perform("correlation.get", { id: event!.id });
      assert.equal(snapshots.filter(({ counted }) => counted).length, 5);
      assert.equal(new Set(snapshots.filter(({ counted }) => counted).map((each) => each.body_hash)).size, 5);
      assert.ok(snapshots.some(({ counted, target }) => !counted && target === "/news"));
      assert.doesNotMatch(JSON.stringify(snapshots), /pass=/);
    });

    await t.step("a person lifts the block", async () => {
      const [event] = await eventsOf(aegis, thief);
      await aegis.perform("correlation.lift", { id: event!.id });
      await until("the client comes through", async () => await overHttp1(aegis, thief, "/news") === 200);
      assert.equal((await eventsOf(aegis, thief))[0]!.block, "over");
    });

    await t.step("who mistypes a password, or whose application asks again and again, goes on", async () => {
      const ann = "198.51.100.9";
      const { analyst: before } = await aegis.perform("correlation.list", {});
      for (let i = 0; i < 8; i++) assert.equal(await overHttp1(aegis, ann, "/api", "session=old"), 401);
      for (let i = 0; i < 4; i++) {
        assert.equal(await overHttp1(aegis, ann, "/login", `pass=guess${i % 3}`), 401);
      }
      assert.equal(await overHttp1(aegis, ann, "/login", "pass=right"), 200);
      await until("the analyst has seen them", async () => {
        const { analyst } = await aegis.perform("correlation.list", {});
        return analyst.requests >= before.requests + 13;
      });
      assert.deepEqual(await eventsOf(aegis, ann), []);
      assert.equal(await overHttp1(aegis, ann, "/news"), 200);
    });

    await t.step("the analyst dies: requests go on, another takes over and decides again", async () => {
      aegis.supervisor.kill("analyst");
      const after = "198.51.100.10";
      for (let i = 0; i < 10; i++) assert.equal(await overHttp1(aegis, after, "/news"), 200);
      await until("it is replaced", async () => {
        const { threads } = await aegis.perform("system.status", {});
        return threads.some(({ kind, restarts }) => kind === "analyst" && restarts === 1);
      });
      let tried = 0;
      await until("the client is refused", async () => {
        await overHttp1(aegis, after, "/login", `user=u${tried}&pass=${tried++}`);
        return await overHttp1(aegis, after, "/news") === 403;
      });
    });
  } finally {
    http2.close();
    assert.equal(await aegis.stop(), 0);
    await target.close();
  }
});
