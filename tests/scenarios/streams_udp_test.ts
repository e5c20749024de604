import assert from "node:assert/strict";
import { join } from "node:path";
import { freePorts } from "../bench/ports.ts";
import { startInProcess } from "../support/in_process.ts";
import { runProgram, startProgram } from "../support/program.ts";
import { until } from "../support/until.ts";

/** A real DNS server behind a stream over UDP and TCP. */

function unboundConfig(dir: string, port: number, proxyPort: number): string {
  return `server:
  chroot: ""
  username: ""
  directory: "${dir}"
  pidfile: ""
  use-syslog: no
  verbosity: 1
  do-daemonize: no
  interface: 127.0.0.1@${port}
  interface: 127.0.0.1@${proxyPort}
  proxy-protocol-port: ${proxyPort}
  access-control: 127.0.0.0/8 allow
  access-control: 127.0.0.77/32 refuse
  max-udp-size: 4096
  local-zone: "test." static
  local-data: "shop.test. A 192.0.2.80"
  local-data: "long.test. TXT '${"x".repeat(250)}' '${"y".repeat(250)}' '${"z".repeat(250)}' '${
    "w".repeat(250)
  }' '${"v".repeat(250)}'"
remote-control:
  control-enable: no
`;
}

Deno.test("unbound behind a stream: UDP, TCP, large answers, PROXY version 2 per datagram, counters and idle clients", async () => {
  const [port, proxyPort, listen, behindProxy] = freePorts(4) as [number, number, number, number];
  const dir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const config = join(dir, "unbound.conf");
  await Deno.writeTextFile(config, unboundConfig(dir, port, proxyPort));
  const unbound = await startProgram("unbound", ["-d", "-c", config], port);
  const aegis = await startInProcess("workers: 2");
  const dig = (at: number, ...args: string[]) =>
    runProgram("dig", ["@127.0.0.1", "-p", String(at), "+tries=2", "+time=3", ...args]);
  try {
    await aegis.perform("streams.create", {
      stream: {
        name: "dns",
        protocol: "both",
        listen: `127.0.0.1:${listen}`,
        upstream: `127.0.0.1:${port}`,
        timeouts: { idle_ms: 1_500 },
      },
    });
    assert.match(await dig(listen, "shop.test", "+short"), /^192\.0\.2\.80$/m);
    assert.match(await dig(listen, "shop.test", "+short", "+tcp"), /^192\.0\.2\.80$/m);
    const long = await dig(listen, "long.test", "TXT", "+notcp", "+ignore", "+bufsize=4096");
    assert.match(long, /v{250}/);
    assert.doesNotMatch(long, /flags:[^;]* tc/);
    const stats = await aegis.perform("streams.get", { id: "dns" });
    assert.equal(stats.total, 3);
    assert.ok(stats.download_bytes > 1_250);
    const rows = await until("UDP clients leave when they are silent", async () => {
      const rows = await aegis.perform("streams.connections", { id: "dns" });
      return rows.length === 3 ? rows : null;
    });
    assert.deepEqual(rows.map(({ transport, end }) => `${transport} ${end}`).sort(), [
      "tcp client",
      "udp idle",
      "udp idle",
    ]);

    // The thread that serves UDP dies: the next one opens the port again.
    aegis.supervisor.kill("gateway", 0);
    await until(
      "UDP is served again",
      () => dig(listen, "shop.test", "+short").then((text) => /^192/.test(text), () => false),
    );

    await aegis.perform("streams.create", {
      stream: {
        name: "dns-proxied",
        protocol: "both",
        listen: `127.0.0.1:${behindProxy}`,
        upstream: `127.0.0.1:${proxyPort}`,
        proxy_protocol: { send: "v2" },
        health: { enabled: false },
      },
    });
    assert.match(await dig(behindProxy, "shop.test", "+short"), /^192\.0\.2\.80$/m);
    assert.match(await dig(behindProxy, "shop.test", "+short", "+tcp"), /^192\.0\.2\.80$/m);
    // By the address in the header unbound refuses this client.
    assert.match(await dig(behindProxy, "shop.test", "-b", "127.0.0.77"), /status: REFUSED/);
  } finally {
    await aegis.stop();
    await unbound.stop();
    await Deno.remove(dir, { recursive: true });
  }
});
