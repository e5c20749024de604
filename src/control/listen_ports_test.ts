import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Config } from "../config/config.ts";
import { chooseNewPorts, choosePorts } from "./listen_ports.ts";

function configWith(port: number, fallback: number | null): Config {
  const none = { admin_listen: [], https_listen: [], metrics_listen: [] };
  return {
    ...none,
    proxy_listen: [{ hostname: "127.0.0.1", port, fallback_port: fallback }],
  } as unknown as Config;
}

Deno.test("a port that another program holds is refused with what to do, shared or not", async () => {
  for (const reusePort of [false, true]) {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen({ host: "127.0.0.1", port: 0, reusePort }, resolve));
    const { port } = other.address() as AddressInfo;
    await assert.rejects(choosePorts(configWith(port, 8080)), {
      code: "port_unavailable",
      message: `127.0.0.1:${port} is in use: stop the other program, or name another port with proxy_listen`,
    });
    await new Promise((resolve) => other.close(resolve));
  }
});

Deno.test("without the privilege the fallback is taken and said in one line", async () => {
  const tryPort = (_hostname: string, port: number) => Promise.resolve(port < 1024 ? "EACCES" : null);
  const { config, notices } = await choosePorts(configWith(80, 8080), tryPort);
  assert.equal(config.proxy_listen[0]!.port, 8080);
  assert.equal(notices.length, 1);
  assert.match(notices[0]!, /^port 80 needs a privilege: 8080 is used instead\. To have 80: setcap /);
  await assert.rejects(choosePorts(configWith(80, null), tryPort), /needs a privilege: setcap/);
});

Deno.test("a free port is asked for as it is", async () => {
  const tryPort = () => Promise.reject(new Error("never tried"));
  assert.equal((await choosePorts(configWith(0, null), tryPort)).config.proxy_listen[0]!.port, 0);
});

Deno.test("where there is no IPv6 every address means every IPv4 address", async () => {
  const tryPort = (hostname: string) => Promise.resolve(hostname === "::" ? "EAFNOSUPPORT" : null);
  const config = {
    ...configWith(8080, null),
    proxy_listen: [{ hostname: "::", port: 8080, fallback_port: null, h2c: true }],
  };
  const { config: chosen } = await choosePorts(config, tryPort);
  assert.deepEqual(chosen.proxy_listen, [{
    hostname: "0.0.0.0",
    port: 8080,
    fallback_port: null,
    h2c: true,
    settled_from: { hostname: "::", port: 8080 },
  }]);
});

Deno.test("a port that nobody asked for gives way to any free one", async () => {
  const tryPort = () => Promise.resolve("EADDRINUSE");
  const config = {
    ...configWith(0, null),
    metrics_listen: [{ hostname: "127.0.0.1", port: 9_090, fallback_port: 0 }],
  };
  const { config: chosen, notices } = await choosePorts(config, tryPort);
  assert.equal(chosen.metrics_listen[0]!.port, 0);
  assert.deepEqual(notices, [
    "port 9090 is in use: another one is taken, as nobody asked for it. To choose: metrics_listen",
  ]);
});

Deno.test("a reload tries what is new alone, and keeps what the gateways hold and what stands in for a port", async () => {
  const tried: number[] = [];
  const tryPort = (_hostname: string, port: number) => {
    tried.push(port);
    return Promise.resolve(port < 1024 ? "EACCES" : null);
  };
  const first = await chooseNewPorts(configWith(80, 8080), configWith(9000, null), tryPort);
  assert.equal(first.config.proxy_listen[0]!.port, 8080);
  assert.deepEqual(tried, [80, 8080]);
  const again = await chooseNewPorts(configWith(80, 8080), first.config, tryPort);
  assert.equal(again.config.proxy_listen[0]!.port, 8080);
  const wider = {
    ...configWith(0, null),
    proxy_listen: [{ hostname: "::", port: 8080, fallback_port: null }],
  };
  await chooseNewPorts(wider, first.config, tryPort);
  assert.deepEqual(tried, [80, 8080], "nothing that the gateways hold was tried");
});
