import assert from "node:assert/strict";
import { AegisError } from "../core/errors.ts";
import type { Config } from "./config.ts";
import type { ConfigFlags, Environment } from "./flags.ts";
import { loadConfig } from "./load.ts";

function load(
  given: { flags?: ConfigFlags; env?: Environment; files?: Record<string, string>; isRoot?: boolean } = {},
): Config {
  return loadConfig({
    flags: given.flags ?? {},
    env: given.env ?? { HOME: "/home/ann" },
    readFile: (path) => given.files?.[path] ?? null,
    cwd: "/work",
    now: 1_700_000_000_000,
    isRoot: given.isRoot ?? false,
    cores: 2,
  });
}

function faults(given: Parameters<typeof load>[0]): string[] {
  try {
    load(given);
  } catch (thrown) {
    assert.ok(thrown instanceof AegisError);
    assert.equal(thrown.code, "config_refused");
    return thrown.privateText.split("\n");
  }
  throw new assert.AssertionError({ message: "it loaded" });
}

Deno.test("without file, flags and environment the defaults of the specification hold", () => {
  const config = load();
  assert.equal(config.config_path, null);
  assert.equal(config.data_dir, "/home/ann/.local/state/aegis");
  assert.equal(config.database_path, "/home/ann/.local/state/aegis/aegis.db");
  assert.deepEqual(config.proxy_listen, [{ hostname: "::", port: 80, fallback_port: 8080 }]);
  assert.deepEqual(config.https_listen, [{ hostname: "::", port: 443, fallback_port: 8443 }]);
  assert.deepEqual(config.admin_listen, [{ hostname: "127.0.0.1", port: 9443, fallback_port: null }]);
  assert.deepEqual(config.metrics_listen, [{ hostname: "127.0.0.1", port: 9090, fallback_port: 0 }]);
  assert.equal(config.admin_tls, true);
  assert.equal(config.workers, 2);
  assert.deepEqual(config.log, { level: "info", format: "json", mask: true });
  assert.equal(config.preset, "standard");
  assert.equal(config.defaults.l4_conn_limit, 50);
  assert.deepEqual(config.declared, {});
});

Deno.test("a flag stands over the environment, the environment over the file", () => {
  const files = {
    "/work/aegis.yml": "proxy_listen: :1001\nadmin_listen: 127.0.0.1:1002\nhttps_listen: :1003\n",
  };
  const env = { HOME: "/h", AEGIS_PROXY_LISTEN: ":2001", AEGIS_ADMIN_LISTEN: "127.0.0.1:2002" };
  const config = load({ flags: { listen: ["127.0.0.1:3001"] }, env, files });
  assert.equal(config.proxy_listen[0]?.port, 3001);
  assert.equal(config.admin_listen[0]?.port, 2002);
  assert.equal(config.https_listen[0]?.port, 1003);
});

Deno.test("a listener in the clear speaks HTTP/2 where its block says so; a flag's never does", () => {
  const files = { "/work/aegis.yml": 'proxy_listen: [":1001", { address: 127.0.0.1:1002, h2c: on }]\n' };
  assert.deepEqual(load({ files }).proxy_listen, [
    { hostname: "::", port: 1001, fallback_port: null },
    { hostname: "127.0.0.1", port: 1002, fallback_port: null, h2c: true },
  ]);
  const one = { "/work/aegis.yml": 'proxy_listen: { address: ":80", h2c: on }\n' };
  assert.deepEqual(load({ files: one }).proxy_listen, [
    { hostname: "::", port: 80, fallback_port: 8080, h2c: true },
  ]);
  assert.equal(load({ files: one, flags: { listen: [":80"] } }).proxy_listen[0]?.h2c, undefined);
});

Deno.test("the file is the named one, the environment's, ./aegis.yml, and for root /etc/aegis/aegis.yml", () => {
  const files = {
    "/work/aegis.yml": "workers: 3",
    "/work/named.yml": "workers: 4",
    "/env.yml": "workers: 5",
    "/etc/aegis/aegis.yml": "workers: 6",
  };
  assert.equal(load({ files }).workers, 3);
  assert.equal(load({ files, flags: { config: "named.yml" } }).workers, 4);
  assert.equal(load({ files, env: { HOME: "/h", AEGIS_CONFIG: "/env.yml" } }).workers, 5);
  const etc = { "/etc/aegis/aegis.yml": files["/etc/aegis/aegis.yml"] };
  assert.equal(load({ files: etc, isRoot: true }).workers, 6);
  assert.equal(load({ files: etc, env: { STATE_DIRECTORY: "/var/lib/aegis" } }).workers, 6);
  assert.equal(load({ files: etc }).workers, 2);
});

Deno.test("a named file that does not exist is refused, not replaced by defaults", () => {
  assert.deepEqual(faults({ flags: { config: "gone.yml" } }), [
    "/work/gone.yml: there is no such file (name an existing file with -c, or leave it out to run on defaults)",
  ]);
});

Deno.test("--to proxies every name on :8080 without any file", () => {
  const config = load({ flags: { to: "http://localhost:3000" }, files: { "/work/aegis.yml": "workers: 9" } });
  assert.equal(config.workers, 2);
  assert.deepEqual(config.proxy_listen, [{ hostname: "::", port: 8080, fallback_port: null }]);
  assert.deepEqual(config.https_listen, []);
  const host = config.hosts[0]!;
  assert.deepEqual(host.domains, ["*"]);
  assert.equal(host.targets[0]?.url, "http://localhost:3000");
  assert.equal(host.waf.mode, "detect");
  assert.equal(host.origin, "file");
});

Deno.test("faults of flags, environment and file are told together", () => {
  const lines = faults({
    flags: { preset: "extreme", logLevel: "loud", to: "ftp://x", listen: ["nowhere"], config: "a.yml" },
    env: { HOME: "/h", AEGIS_SECRET_KEY: "abc", AEGIS_REDIS_URL: "redis://x", AEGIS_HTTPS_LISTEN: ":99999" },
    files: { "/work/a.yml": "wrokers: 2" },
  });
  assert.deepEqual(lines.map((line) => line.slice(0, line.indexOf(" ("))), [
    '/work/a.yml:1: wrokers: unknown key "wrokers"',
    'command line: --listen: "nowhere" is no address to listen on',
    'command line: --log-level: "loud" is not known',
    'command line: --preset: "extreme" is not known',
    "command line: --to: the scheme ftp is not served",
    "environment: AEGIS_REDIS_URL: belongs to the cluster, which this version does not have",
    "environment: AEGIS_HTTPS_LISTEN: port 99999 does not exist",
    "environment: AEGIS_SECRET_KEY: is not 64 hexadecimal digits",
  ]);
});

Deno.test("a secret key never appears in an error", () => {
  const key = "f".repeat(63);
  assert.ok(!faults({ env: { HOME: "/h", AEGIS_SECRET_KEY: key } }).join().includes("fff"));
});

Deno.test("variables that Kubernetes sets beside a service named aegis are no configuration", () => {
  const env = { HOME: "/h", AEGIS_PORT: "tcp://10.0.0.1:80", AEGIS_SERVICE_HOST: "10.0.0.1" };
  assert.equal(load({ env }).config_path, null);
});

Deno.test("the data directory comes of flag, environment, file, database, systemd, root and home, in this order", () => {
  const files = { "/work/aegis.yml": "data_dir: ./state" };
  assert.equal(load({ files, flags: { dataDir: "d" }, env: { AEGIS_DATA_DIR: "/e" } }).data_dir, "/work/d");
  assert.equal(load({ files, env: { AEGIS_DATA_DIR: "/e" } }).data_dir, "/e");
  assert.equal(load({ files }).data_dir, "/work/state");
  assert.equal(load({ env: { AEGIS_DB_PATH: "/x/a.db", HOME: "/h" } }).data_dir, "/x");
  assert.equal(
    load({ env: { STATE_DIRECTORY: "/var/lib/private/aegis" }, isRoot: true }).data_dir,
    "/var/lib/private/aegis",
  );
  assert.equal(load({ env: {}, isRoot: true }).data_dir, "/var/lib/aegis");
  assert.equal(load({ env: { XDG_STATE_HOME: "/s", HOME: "/h" } }).data_dir, "/s/aegis");
  assert.match(faults({ env: {} })[0]!, /no home directory is known/);
});

Deno.test("the short form has the defaults of its blocks", () => {
  const config = load({ files: { "/work/aegis.yml": 'backends: [{ url: "http://10.0.0.5:3000" }]' } });
  const host = config.hosts[0]!;
  assert.equal(config.proxy_listen[0]?.port, 8080);
  assert.equal(host.max_body_bytes, 10_485_760);
  assert.equal(host.timeouts.write_ms, 10_000);
  assert.equal(config.declared.server?.write_timeout_ms, 10_000);
  assert.deepEqual(host.health, {
    path: "/health",
    interval_ms: 10_000,
    timeout_ms: 3_000,
    unhealthy_threshold: 3,
    healthy_threshold: 2,
  });
});

Deno.test("server's durations become the listener's limits", () => {
  const text =
    "server: { read_timeout: 1m30s, idle_timeout: 500ms, max_header_bytes: 8KiB, shutdown_timeout: 1s }";
  assert.deepEqual(load({ files: { "/work/aegis.yml": text } }).declared.server, {
    head_timeout_ms: 90_000,
    idle_timeout_ms: 500,
    max_header_bytes: 8_192,
    shutdown_timeout_ms: 1_000,
  });
});

Deno.test("a preset gives defaults, and what a host says stands over them", () => {
  const text = 'hosts:\n- { domains: [a.example], targets: [{ url: "http://h" }] }\n' +
    '- { domains: [b.example], targets: [{ url: "http://h" }], max_body_bytes: 0, waf: { mode: enforce } }\n';
  const files = { "/work/aegis.yml": text };
  const [plain, own] = load({ files, flags: { preset: "aggressive" } }).hosts;
  assert.equal(plain?.max_body_bytes, 10_485_760);
  assert.equal(plain?.security_headers, "aggressive");
  assert.equal(own?.max_body_bytes, 0);
  assert.equal(own?.waf.mode, "enforce");
  assert.equal(load({ files, flags: { preset: "performance" } }).defaults.toggles.waf, false);
});

Deno.test("a file host keeps its ids when the file around it changes", () => {
  const host = '{ domains: [a.example], targets: [{ url: "http://h:1" }, { url: "http://h:2" }] }';
  const other = '{ domains: [b.example], targets: [{ url: "http://h:1" }] }';
  const before = load({ files: { "/work/aegis.yml": `hosts: [${host}]` } }).hosts[0]!;
  const [first, after] = load({ files: { "/work/aegis.yml": `hosts: [${other}, ${host}]` } }).hosts;
  assert.equal(after?.id, before.id);
  assert.deepEqual(after?.targets, before.targets);
  assert.notEqual(first?.targets[0]?.id, before.targets[0]?.id);
});

Deno.test("admin_tls: off is taken on loopback only", () => {
  assert.equal(load({ files: { "/work/aegis.yml": "admin_tls: off" } }).admin_tls, false);
  const lines = faults({
    files: { "/work/aegis.yml": "workers: 1\nadmin_tls: off\nadmin_listen: 0.0.0.0:9443" },
  });
  assert.match(lines[0]!, /^\/work\/aegis\.yml:2: admin_tls: off, but admin_listen is 0\.0\.0\.0:9443/);
});

Deno.test("upstream_socket_dir is one directory beside the data, and targets on sockets lie below it", () => {
  const load = (yaml: string) => {
    const sources = {
      flags: { config: "/etc/a/aegis.yml", dataDir: "/var/lib/a" },
      env: {},
      cwd: "/",
      isRoot: false,
    };
    return loadConfig({ ...sources, cores: 1, now: 0, readFile: () => yaml });
  };
  const host = (url: string) => `hosts: [{ domains: [a.test], targets: [{ url: "${url}" }] }]\n`;
  assert.equal(load("upstream_socket_dir: sockets\n").upstream_socket_dir, "/etc/a/sockets");
  const good = load(`upstream_socket_dir: /run/apps\n${host("unix:///run/apps/web.sock")}`);
  assert.equal(good.hosts[0]!.targets[0]!.url, "unix:/run/apps/web.sock");
  const refused = (yaml: string, field: string, message: RegExp) =>
    assert.throws(() => load(yaml), (thrown: AegisError) => {
      assert.equal(thrown.fields[0]?.field, field);
      assert.match(thrown.fields[0]!.message, message);
      assert.ok(thrown.fields[0]!.remedy);
      return true;
    });
  refused(host("unix:/run/apps/web.sock"), "hosts.0.targets.0.url", /upstream_socket_dir is not set/);
  refused(
    `upstream_socket_dir: /run/apps\n${host("unix:/run/docker.sock")}`,
    "hosts.0.targets.0.url",
    /not below/,
  );
  for (const dir of ["/", "/var/lib", "/var/lib/a", "/etc/a"]) {
    refused(`upstream_socket_dir: ${dir}\n`, "upstream_socket_dir", /must not reach/);
  }
  refused("upstream_addr: unix:/run/apps/web.sock\n", "upstream_addr", /upstream_socket_dir is not set/);
});

Deno.test("offline is off unless the file says so", () => {
  const read = (yaml: string) => load({ flags: { config: "/a.yml" }, files: { "/a.yml": yaml } }).offline;
  assert.deepEqual(["workers: 1", "offline: on", "offline: off"].map(read), [false, true, false]);
});

Deno.test("docker names the engine's socket, off where it is absent, and no target reaches that socket", () => {
  const read = (yaml: string) =>
    load({ flags: { config: "/etc/a/aegis.yml" }, files: { "/etc/a/aegis.yml": yaml } });
  assert.equal(read("workers: 1").docker_socket, null);
  assert.equal(read("docker: {}").docker_socket, "/var/run/docker.sock");
  assert.equal(read("docker: { socket: podman.sock }").docker_socket, "/etc/a/podman.sock");
  for (const docker of ["{ socket: /run/docker.sock }", "{}"]) {
    const lines = faults({
      files: { "/work/aegis.yml": `docker: ${docker}\nupstream_socket_dir: /run` },
    });
    assert.match(lines[0]!, /upstream_socket_dir.*must not reach/);
  }
});

Deno.test("nowhere is said by off or an empty list: in the file, by a flag, in the environment", () => {
  const file = (text: string) => ({ flags: { config: "a.yml" }, files: { "/work/a.yml": text } });
  for (const given of ["off", "[]", "false"]) {
    const config = load(file(`https_listen: ${given}\nproxy_listen: :8080\nmetrics_listen: ${given}\n`));
    assert.deepEqual([config.https_listen, config.metrics_listen], [[], []], given);
  }
  assert.deepEqual(load({ flags: { httpsListen: ["off"] } }).https_listen, []);
  assert.deepEqual(load({ env: { HOME: "/h", AEGIS_HTTPS_LISTEN: "off" } }).https_listen, []);
  const remedy = "write off alone (or an empty list) to listen nowhere, or leave it out of the list";
  const fault = `"off" among addresses to listen on (${remedy})`;
  assert.deepEqual(faults(file("https_listen: [off, :443]")), [`/work/a.yml:1: https_listen.0: ${fault}`]);
  assert.deepEqual(faults({ flags: { httpsListen: [":443", "off"] } }), [
    `command line: --https-listen: ${fault}`,
  ]);
});
