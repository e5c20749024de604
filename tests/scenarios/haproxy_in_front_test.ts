import assert from "node:assert/strict";
import { join } from "node:path";
import { freePorts } from "../bench/ports.ts";
import { startDemoTarget } from "../support/demo_target.ts";
import { ask } from "../support/http_client.ts";
import { startInProcess } from "../support/in_process.ts";
import { localCa } from "../support/local_trust.ts";
import { startProgram } from "../support/program.ts";
import { until } from "../support/until.ts";

/** Balances each port of its own to one of Aegis, saying by the PROXY protocol who came. */
function haproxyConfig(lines: readonly { from: number; to: number; options: string }[]): string {
  const sections = lines.map(({ from, to, options }) =>
    `listen p${from}\n  bind 127.0.0.1:${from}\n  server aegis 127.0.0.1:${to} ${options}\n`
  );
  return `defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n${
    sections.join("")
  }`;
}

Deno.test("behind HAProxy the log names the real client, by version 1, version 2 and its extensions", async () => {
  const target = await startDemoTarget("app");
  const aegis = await startInProcess(
    `workers: 1\nhosts: [{ domains: [a.test], targets: [{ url: "${target.url}" }] }]`,
    0,
    ", proxy_protocol: [127.0.0.1]",
  );
  const [one, two, tls] = freePorts(3) as [number, number, number];
  const dir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const config = join(dir, "haproxy.cfg");
  await Deno.writeTextFile(
    config,
    haproxyConfig([
      { from: one, to: aegis.httpPort, options: "send-proxy check inter 100ms" },
      { from: two, to: aegis.httpPort, options: "send-proxy-v2 proxy-v2-options crc32c check inter 100ms" },
      { from: tls, to: aegis.httpsPort, options: "send-proxy-v2 proxy-v2-options crc32c,unique-id" },
    ]),
  );
  const haproxy = await startProgram("haproxy", ["-db", "-f", config], one);
  try {
    const way = async (port: number, from: string) => {
      const answer = await ask({ port, host: "a.test", path: `/${port}`, from });
      assert.equal(answer.status, 200);
    };
    await way(one, "127.0.0.8");
    await way(two, "127.0.0.9");
    const ca = await localCa(aegis);
    const answer = await ask({
      port: tls,
      host: "a.test",
      path: `/${tls}`,
      from: "127.0.0.10",
      ca,
      anyName: true,
    });
    assert.equal(answer.status, 200);
    const rows = await until("all three are in the log", async () => {
      const { rows } = await aegis.perform("traffic.query", {});
      return rows.length === 3 ? rows : null;
    });
    assert.deepEqual(
      rows.map(({ target, client }) => `${target} ${client}`).sort(),
      [`/${one} 127.0.0.8`, `/${two} 127.0.0.9`, `/${tls} 127.0.0.10`].sort(),
    );
    await assert.rejects(
      ask({ port: aegis.httpPort, host: "a.test", path: "/without" }),
      "no header, no answer",
    );
  } finally {
    await haproxy.stop();
    await aegis.stop();
    await target.close();
    await Deno.remove(dir, { recursive: true });
  }
});
