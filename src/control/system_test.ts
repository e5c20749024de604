import assert from "node:assert/strict";
import { AegisError } from "../core/errors.ts";
import type { Snapshot } from "../core/snapshot.ts";
import { makeControl } from "../../tests/support/make_control.ts";

Deno.test("a configuration that the gateways refuse is taken back, and said where the file is shown", async () => {
  const refusedBecause: unknown[] = [];
  const listens: (readonly number[])[] = [];
  let port = 8080;
  const made = await makeControl({
    parts: {
      listeners: (config) =>
        config.proxy_listen.map(({ hostname, port }) => ({ name: "http", hostname, port, asked: port })),
      send(snapshot: Snapshot) {
        const ports = snapshot.listeners.map((each) => each.port);
        listens.push(ports);
        return ports.includes(81)
          ? Promise.reject(new AegisError("port_unavailable", "127.0.0.1:81 is in use"))
          : Promise.resolve();
      },
      readConfig: () => ({
        ...made.config,
        proxy_listen: [{ hostname: "127.0.0.1", port, fallback_port: null }],
      }),
      refusedConfig: (why) => void refusedBecause.push(why),
    },
  });
  try {
    await made.do("system.reload", {});
    port = 81;
    await assert.rejects(made.do("system.reload", {}), { message: "127.0.0.1:81 is in use" });
    assert.deepEqual(refusedBecause.map(String), ["AegisError: 127.0.0.1:81 is in use"]);
    assert.deepEqual(listens, [[8080], [81], [8080]], "every gateway serves by the old again");
    await made.do("settings.update", { patch: { whitelist_cidrs: ["192.0.2.0/24"] } });
    assert.deepEqual(listens.at(-1), [8080]);
  } finally {
    await made.close();
  }
});
