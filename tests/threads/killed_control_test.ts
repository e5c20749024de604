import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { type InProcess, startInProcess } from "../support/in_process.ts";
import { until } from "../support/until.ts";

async function startTarget() {
  const server = createServer((_request, response) => response.end("ok"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

/** A port of loopback that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

function get(port: number, host: string, path = "/"): Promise<number | string> {
  return new Promise((resolve) => {
    const sent = request({ port, path, host: "127.0.0.1", headers: { host }, agent: false }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode!));
    });
    sent.on("error", (error) => resolve(error.message));
    sent.end();
  });
}

/** The status once a thread of this kind was replaced so often and all run. */
function replaced(aegis: InProcess, kind: "control" | "recorder", restarts: number) {
  return until(`${kind} was replaced`, async () => {
    try {
      const status = await aegis.perform("system.status", {});
      const isBack = kind === "control" ||
        status.threads.some((thread) => thread.kind === kind && thread.restarts === restarts);
      return isBack && status.threads.every(({ state }) => state === "running") ? status : null;
    } catch {
      // Between two lives nobody listens on the socket.
      return null;
    }
  }, 30_000);
}

Deno.test("gateways serve on while control is dead, and all is joined again when it is back", async () => {
  const target = await startTarget();
  const port = await freePort();
  // A port that was asked for: the gateways hold it when the second control comes.
  const aegis = await startInProcess(
    `
workers: 2
hosts:
  - { domains: [app.test], targets: [{ url: "${target.url}" }], waf: { mode: enforce } }
`,
    port,
  );
  try {
    const before = await aegis.perform("system.status", {});
    for (let life = 1; life <= 2; life++) {
      aegis.supervisor.kill("control");
      // The gateways ask nobody: not one request waits for control, dead or alive.
      for (let i = 0; i < 20; i++) assert.equal(await get(port, "app.test"), 200);
      const after = await replaced(aegis, "control", life);
      assert.deepEqual(after.listeners, before.listeners);
      // Gateways take snapshots of the new control …
      const name = `life${life}.test`;
      await aegis.perform("hosts.create", { host: { domains: [name], targets: [{ url: target.url }] } });
      assert.equal(await get(port, name), 200);
      // … and it sees what the recorder wrote before and after.
      assert.equal(
        await get(port, name, `/life-${life}?q=${encodeURIComponent("<script>alert(1)</script>")}`),
        200,
      );
      await until("the new control reads the log", async () => {
        const { rows } = await aegis.perform("traffic.query", { q: `life-${life}` });
        return rows.length > 0;
      });
    }
    assert.deepEqual(aegis.said.filter((line) => line.startsWith("aegis:")), []);
  } finally {
    assert.equal(await aegis.stop(), 0);
    await target.close();
  }
});

Deno.test("a recorder that dies is replaced, requests go on, and the log goes on with them", async () => {
  const target = await startTarget();
  const aegis = await startInProcess(`
workers: 2
hosts:
  - { domains: [app.test], targets: [{ url: "${target.url}" }], waf: { mode: "off" } }
`);
  try {
    aegis.supervisor.kill("recorder");
    for (let i = 0; i < 20; i++) assert.equal(await get(aegis.httpPort, "app.test", "/while-dead"), 200);
    await replaced(aegis, "recorder", 1);
    for (let i = 0; i < 20; i++) assert.equal(await get(aegis.httpPort, "app.test", "/after"), 200);
    await until("all later requests have their row", async () => {
      const { rows } = await aegis.perform("traffic.query", { q: "/after" });
      return rows.length === 20;
    });
  } finally {
    assert.equal(await aegis.stop(), 0);
    await target.close();
  }
});
