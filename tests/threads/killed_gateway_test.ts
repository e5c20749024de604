import assert from "node:assert/strict";
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { startInProcess } from "../support/in_process.ts";
import { until } from "../support/until.ts";

/** A target that holds every answer back until it is told to give them. */
async function startHoldingTarget() {
  const held: ServerResponse[] = [];
  const server = createServer((_request, response) => void held.push(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held,
    close: () =>
      new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

/** The status of one GET on a connection of its own, or the word `broken`. */
function get(port: number, name = "app.test"): Promise<number | "broken"> {
  return new Promise((resolve) => {
    const sent = request(
      { port, host: "127.0.0.1", headers: { host: name }, agent: false },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode!));
        answer.on("error", () => resolve("broken"));
      },
    );
    sent.on("error", () => resolve("broken"));
    sent.end();
  });
}

Deno.test("a gateway thread that is killed takes only its own requests with it and is replaced", async () => {
  const target = await startHoldingTarget();
  const aegis = await startInProcess(`
workers: 2
hosts:
  - { domains: [app.test], targets: [{ url: "${target.url}" }], waf: { mode: "off" } }
`);
  try {
    const connections = 40;
    const answers = Array.from({ length: connections }, () => get(aegis.httpPort));
    await until("all requests wait at the target", () => target.held.length === connections);
    aegis.supervisor.kill("gateway", 0);
    await until("the gateway was replaced", async () => {
      const { threads } = await aegis.perform("system.status", {});
      return threads.some(({ kind, restarts }) => kind === "gateway" && restarts === 1);
    });
    for (const response of target.held) response.end("late");
    const statuses = await Promise.all(answers);
    const served = statuses.filter((status) => status === 200).length;
    const broken = statuses.filter((status) => status === "broken").length;
    // The kernel spreads 40 connections over two threads: that all are on one has a chance of 2^-39.
    assert.equal(served + broken, connections);
    assert.ok(served > 0 && broken > 0, `${served} served, ${broken} broken`);
    target.held.length = 0;
    const after = Array.from({ length: 20 }, () => get(aegis.httpPort));
    await until("new requests reach the target", () => target.held.length === 20);
    for (const response of target.held) response.end("ok");
    assert.deepEqual(new Set(await Promise.all(after)), new Set([200]));
  } finally {
    await aegis.stop();
    await target.close();
  }
});

Deno.test("what is published while a gateway is dead is in force on its successor too, and nothing of it is lost", async () => {
  const target = createServer((_request, response) => response.end("ok"));
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  const aegis = await startInProcess("workers: 2");
  const names = Array.from({ length: 12 }, (_, i) => `h${i}.test`);
  try {
    const edits = names.map((name, i) => {
      if (i === 4) aegis.supervisor.kill("gateway", 0);
      return aegis.perform("hosts.create", { host: { domains: [name], targets: [{ url }] } });
    });
    await Promise.all(edits);
    await until("the gateway was replaced", async () => {
      const { threads } = await aegis.perform("system.status", {});
      return threads.some(({ restarts }) => restarts === 1) &&
        threads.every(({ state }) => state === "running");
    });
    // Connections of their own, so that both gateways are asked; fewer than one client may hold.
    const asked = Array.from({ length: 3 }, () => names).flat();
    const statuses = await Promise.all(asked.map((name) => get(aegis.httpPort, name)));
    assert.deepEqual(new Set(statuses), new Set([200]));
  } finally {
    await aegis.stop();
    target.closeAllConnections();
    await new Promise<void>((resolve) => target.close(() => resolve()));
  }
});
