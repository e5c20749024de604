import assert from "node:assert/strict";
import { systemClock } from "../../core/clock.ts";
import type { Host } from "../../core/host.ts";
import { DEFAULT_TIMEOUTS } from "../../core/host_timeouts.ts";
import { testTarget } from "../../../tests/support/upstream_exchange.ts";
import { withUpstream } from "../../../tests/support/upstream_fixture.ts";
import { until } from "../../../tests/support/upstream_poll.ts";
import { startHttpUpstream, startRawUpstream } from "../../../tests/support/upstream_server.ts";
import { createTargetCells, TargetCells } from "../shared_targets.ts";
import type { UpstreamTransport } from "../upstream/transport.ts";
import { HealthChecker } from "./health_checker.ts";
import { createProbe, type ProbeResult } from "./probe.ts";

function hostWith(url: string, path: string, rest: Partial<Host> = {}): Host {
  const health = { path, interval_ms: 20, timeout_ms: 500, unhealthy_threshold: 1, healthy_threshold: 1 };
  const targets = [testTarget(url)];
  const basics = { id: "h", enabled: true, domains: ["*.app.test", "app.test"], timeouts: DEFAULT_TIMEOUTS };
  return { ...basics, preserve_host: true, targets, paths: [], health, ...rest } as unknown as Host;
}

function check(transport: UpstreamTransport, host: Host): Promise<ProbeResult> {
  return new Promise((resolve) =>
    createProbe(transport, systemClock, () => null)(host, host.targets[0]!, resolve)
  );
}

Deno.test("an answer from 200 to 499 is up, others are down, and the text says which", async () => {
  const seen: (string | undefined)[] = [];
  const server = startHttpUpstream((request, response) => {
    seen.push(request.headers.host);
    response.statusCode = Number(request.url!.slice(1));
    response.end("x".repeat(100_000));
  });
  await withUpstream(server, async (transport, upstream) => {
    for (
      const [status, isUp] of [[200, true], [302, true], [404, true], [500, false], [503, false]] as const
    ) {
      const result = await check(transport, hostWith(upstream.url, `/${status}`));
      assert.equal(result.isUp, isUp);
      assert.equal(result.status, status);
      assert.match(result.text, new RegExp(`^${status} in \\d+ ms$`));
    }
    assert.deepEqual([...new Set(seen)], ["app.test"]);
    await check(transport, hostWith(upstream.url, "/200", { preserve_host: false }));
    assert.equal(seen.at(-1), `127.0.0.1:${upstream.port}`);
    await until(() => transport.counts().open === 0, "no connection is kept by the checks");
  });
});

Deno.test("without a path a connection is the check", async () => {
  await withUpstream(startRawUpstream((socket) => void socket.resume()), async (transport, upstream) => {
    const host = hostWith(upstream.url, "");
    const up = await check(transport, host);
    assert.equal(up.isUp, true);
    assert.match(up.text, /^connected in \d+ ms$/);
    await upstream.close();
    const down = await check(transport, host);
    assert.equal(down.isUp, false);
    assert.equal(down.status, 0);
    assert.equal(down.text, `127.0.0.1:${upstream.port}: connection refused`);
  });
});

Deno.test("the checker finds a real target up, down, and up again", async () => {
  let status = 200;
  const server = startHttpUpstream((_request, response) => {
    response.statusCode = status;
    response.end();
  });
  await withUpstream(server, async (transport, upstream) => {
    const cells = new TargetCells(createTargetCells(1, 4), 1, 0);
    const said: string[] = [];
    const checker = new HealthChecker({
      cells,
      clock: systemClock,
      probe: createProbe(transport, systemClock, () => null),
      onTransition: ({ to, text }) => void said.push(`${to}: ${text.replace(/\d+ ms/, "n ms")}`),
    });
    checker.update([hostWith(upstream.url, "/health")], { t1: 2 });
    await until(() => cells.read(2).health === "up", "up");
    status = 503;
    await until(() => !cells.isHealthy(2), "down");
    status = 200;
    await until(() => cells.isHealthy(2), "up again");
    checker.stop();
    assert.deepEqual(said, ["up: 200 in n ms", "down: 503 in n ms", "up: 200 in n ms"]);
  });
});
