import assert from "node:assert/strict";
import { runCli as run } from "../../tests/support/run_cli.ts";
import { AegisError } from "../core/errors.ts";

const ANN = {
  id: "u1",
  name: "ann",
  email: null,
  role: "owner",
  enabled: true,
  created_at: 0,
  last_seen_at: null,
};

const HOST = {
  id: "h1",
  domains: ["shop.example.com"],
  targets: [{
    id: "t1",
    url: "http://127.0.0.1:3000",
    weight: 1,
    backup: false,
    role: "primary",
    verify_tls: true,
    protocol: "http1",
  }],
  kind: "proxy",
  waf: { mode: "detect", paranoia: null, threshold: null, rules: {}, learned: "score" },
  version: 3,
  state: "serving",
  origin: "database",
};

Deno.test("a command line that means nothing exits 64 and names the nearest command", async () => {
  const ran = await run(["hots"]);
  assert.equal(ran.code, 64);
  assert.match(ran.err, /Did you mean host/);
});

Deno.test("help exits 0 and shows examples", async () => {
  for (
    const args of [["--help"], ["run", "-h"], ["host", "-h"], ["log", "-h"], ["user", "-h"], ["rule", "-h"]]
  ) {
    const ran = await run(args);
    assert.equal(ran.code, 0);
    assert.match(ran.out, /Examples:/, args.join(" "));
  }
});

Deno.test("a refused configuration exits 2 before anything runs and shows every fault", async () => {
  const dir = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${dir}/a.yml`, "wrokers: 2\nproxy_listen: nowhere\n");
  const ran = await run(["run", `${dir}/a.yml`], {}, { run: () => Promise.reject(new Error("it ran")) });
  Deno.removeSync(dir, { recursive: true });
  assert.equal(ran.code, 2);
  assert.match(ran.err, /a\.yml:1: wrokers: unknown key "wrokers" \(did you mean "workers"\?\)/);
  assert.match(ran.err, /a\.yml:2: proxy_listen/);
});

Deno.test("run hands over the configuration and returns the exit code of the run", async () => {
  let workers = 0;
  const ran = await run(["run", "--to", "http://localhost:3000", "--listen", "127.0.0.1:0"], {}, {
    run: (config) => {
      workers = config.hosts.length;
      assert.deepEqual(config.proxy_listen, [{ hostname: "127.0.0.1", port: 0, fallback_port: null }]);
      return Promise.resolve(3);
    },
  });
  assert.equal(ran.code, 3, ran.err);
  assert.equal(workers, 1);
});

Deno.test("a file after --listen is the configuration, not an address", async () => {
  const ran = await run(["run", "--listen", ":1", "gone.yml"]);
  assert.equal(ran.code, 2);
  assert.match(ran.err, /gone\.yml: there is no such file/);
});

Deno.test("a password is never taken from the command line", async () => {
  assert.equal((await run(["user", "add", "ann", "--password", "correct horse battery"])).code, 64);
});

Deno.test("a password from standard input goes to the operation", async () => {
  const ran = await run(["user", "add", "ann", "--role", "owner"], { "users.create": ANN }, {}, [
    "correct horse battery",
  ]);
  assert.equal(ran.code, 0, ran.err);
  assert.deepEqual(ran.calls, [["users.create", {
    name: "ann",
    role: "owner",
    password: "correct horse battery",
  }]]);
});

Deno.test("two different passwords at a terminal change nothing", async () => {
  const ran = await run(["user", "passwd", "ann"], { "users.list": [ANN] }, {}, ["one", "two"]);
  assert.equal(ran.code, 64);
  assert.deepEqual(ran.calls.map(([name]) => name), ["users.list"]);
});

Deno.test("a user that does not exist is an error with the nearest name", async () => {
  const ran = await run(["user", "disable", "anm"], { "users.list": [ANN] });
  assert.equal(ran.code, 1);
  assert.match(ran.err, /did you mean "ann"/);
});

Deno.test("a host is added with its fields, and its mode is a visible reminder", async () => {
  const args = [
    "host",
    "add",
    "shop.example.com",
    "--to",
    "http://127.0.0.1:3000",
    "--set",
    "hsts.enabled=true",
  ];
  const ran = await run([...args, "--set", "allowed_methods=[GET, POST]", "--paranoia", "2"], {
    "hosts.create": HOST,
  });
  assert.equal(ran.code, 0, ran.err);
  assert.match(ran.out, /WAF mode detect/);
  assert.deepEqual(JSON.parse(JSON.stringify(ran.calls)), [["hosts.create", {
    host: {
      hsts: { enabled: true },
      allowed_methods: ["GET", "POST"],
      targets: [{ url: "http://127.0.0.1:3000" }],
      waf: { paranoia: 2 },
      domains: ["shop.example.com"],
    },
  }]]);
});

Deno.test("redirect and dead hosts are added without an application, paths as path=url", async () => {
  const redirect = await run(["host", "add", "old.example", "--redirect", "https://new.example"], {
    "hosts.create": HOST,
  });
  assert.deepEqual(JSON.parse(JSON.stringify(redirect.calls[0]![1])), {
    host: { kind: "redirect", redirect: { url: "https://new.example" }, domains: ["old.example"] },
  });
  const dead = await run(["host", "add", "dead.example", "--dead"], { "hosts.create": HOST });
  assert.deepEqual(JSON.parse(JSON.stringify(dead.calls[0]![1])), {
    host: { kind: "dead", domains: ["dead.example"] },
  });
  const path = ["host", "edit", "shop.example.com", "--path", "/api=http://127.0.0.1:4000"];
  const edited = await run(path, { "hosts.get": HOST, "hosts.update": HOST });
  assert.deepEqual(JSON.parse(JSON.stringify(edited.calls[1]![1])).host, {
    paths: [{ prefix: "/api", targets: [{ url: "http://127.0.0.1:4000" }] }],
  });
  assert.equal((await run(["host", "add", "x.example"])).code, 64);
});

Deno.test("an edit names the version it was made from", async () => {
  const ran = await run(["host", "edit", "shop.example.com", "--mode", "enforce"], {
    "hosts.get": HOST,
    "hosts.update": { ...HOST, waf: { ...HOST.waf, mode: "enforce" } },
  });
  assert.equal(ran.code, 0, ran.err);
  assert.deepEqual(ran.calls[1], ["hosts.update", {
    id: "h1",
    version: 3,
    host: { waf: { mode: "enforce" } },
  }]);
});

Deno.test("--set cannot reach what objects inherit", async () => {
  const ran = await run(["host", "edit", "h", "--set", "__proto__.polluted=1"], { "hosts.get": HOST });
  assert.equal(ran.code, 64);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

Deno.test("bad input of an operation exits 64 with each field and its remedy", async () => {
  const refused = () => {
    throw new AegisError("invalid_input", "1 field is not valid", {
      fields: [{ field: "host.domains.0", message: '"a:80" holds a port', remedy: "write the name alone" }],
    });
  };
  const ran = await run(["host", "add", "a:80", "--to", "http://h"], { "hosts.create": refused });
  assert.equal(ran.code, 64);
  assert.match(ran.err, /host\.domains\.0: "a:80" holds a port \(write the name alone\)/);
});

const ROW = {
  id: "01",
  at: 1_700_000_000_000,
  host_id: "h1",
  host: "shop.example.com",
  client: "192.0.2.7",
  method: "GET",
  target: "/\x1b[2J?q=\u202e",
  status: 403,
  action: "blocked",
  reason: "waf",
  detail: "=1+1",
  latency_ms: 2,
  response_bytes: 10,
  count: 1,
  rules: [{ id: "sqli-120", name: "x" }],
};

Deno.test("a logged escape sequence does not reach the terminal, in table, JSON and CSV", async () => {
  for (
    const args of [["log", "query"], ["log", "query", "--json"], ["log", "export"], [
      "log",
      "export",
      "--format",
      "jsonl",
    ]]
  ) {
    const ran = await run(args, { "traffic.query": { rows: [ROW], next: null, total: 1 } });
    assert.equal(ran.code, 0, ran.err);
    // deno-lint-ignore no-control-regex -- what a terminal would obey
    assert.doesNotMatch(ran.out, /[\x1b\u202e]/, args.join(" "));
    assert.match(ran.out, /shop\.example\.com/);
  }
});

Deno.test("an exported formula is a text, and the export pages through everything", async () => {
  const pages = [{ rows: [ROW, ROW], next: "c1", total: null }, { rows: [ROW], next: null, total: null }];
  const ran = await run(["log", "export", "--status", "4xx", "--since", "1h"], {
    "traffic.query": () => pages.shift(),
  });
  assert.equal(ran.code, 0, ran.err);
  assert.equal(ran.out.split("\n").length, 4);
  assert.match(ran.out, /,'=1\+1,|,"'=1\+1",/);
  assert.deepEqual(ran.calls.map(([, input]) => (input as { before?: string }).before), [undefined, "c1"]);
  assert.equal((ran.calls[0]![1] as { from: number }).from, 1_700_000_000_000 - 3_600_000);
});

Deno.test("check says what is good and keeps the secret key to itself", async () => {
  const ran = await run(["check", "--json"], {}, { env: { AEGIS_SECRET_KEY: "ab".repeat(32) } });
  assert.equal(ran.code, 0, ran.err);
  assert.equal(JSON.parse(ran.out).secret_key, true);
});

Deno.test("status without an instance exits 1 and says how to start one", async () => {
  const ran = await run(["status"]);
  assert.equal(ran.code, 1);
  assert.match(ran.out, /not running/);
  assert.deepEqual(JSON.parse((await run(["status", "--json"])).out).running, false);
});

Deno.test("completion offers every command there is", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, out } = await run(["completion", shell]);
    assert.equal(code, 0);
    for (
      const word of ["run", "setup", "check", "status", "version", "user", "host", "rule", "log", "passwd"]
    ) {
      assert.ok(out.includes(word), `${shell}: ${word}`);
    }
  }
});

Deno.test("cert import reads both files, names what is replaced, and repeats the warnings", async () => {
  const dir = Deno.makeTempDirSync();
  for (const name of ["cert", "key"]) Deno.writeTextFileSync(`${dir}/${name}`, name.toUpperCase());
  const shop = { id: "c1", names: ["shop.test"], subject: "CN=shop.test", not_after: 0, used_by: [] };
  const stored = { ...shop, warnings: ["The certificate of its issuer is missing."] };
  const files = ["--cert", `${dir}/cert`, "--key", `${dir}/key`];
  const answers = { "certificates.list": [shop], "certificates.upload": stored };
  const { code, out, calls } = await run(["cert", "import", ...files, "--replace", "shop.test"], answers);
  assert.equal(code, 0);
  assert.deepEqual(calls.at(-1), ["certificates.upload", { certificate: "CERT", key: "KEY", id: "c1" }]);
  assert.match(out, /stored shop\.test until .*\nThe certificate of its issuer is missing/);
  assert.equal((await run(["cert", "import", "--cert", "/nowhere", "--key", "/nowhere"])).code, 64);
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("aegis stream: options and --set become fields, the name may come of the port, the log is a table", async () => {
  const stream = {
    id: "s1",
    name: "stream-5432",
    listen: "[::]:5432",
    upstream: "10.20.0.40:5432",
    fault: "",
    version: 4,
  };
  const added = await run(
    [
      "stream",
      "add",
      "--listen",
      "5432",
      "--to",
      "10.20.0.40:5432",
      "--allow",
      "192.0.2.0/24",
      "--set",
      "log=false",
    ],
    { "streams.create": stream },
  );
  assert.deepEqual(added.calls, [["streams.create", {
    stream: {
      name: "stream-5432",
      listen: "5432",
      upstream: "10.20.0.40:5432",
      whitelist_cidrs: ["192.0.2.0/24"],
      log: false,
    },
  }]]);
  assert.equal(added.out, "added stream-5432: [::]:5432 to 10.20.0.40:5432");
  const edited = await run(["stream", "edit", "s1", "--set", "timeouts.idle_ms=9000"], {
    "streams.get": stream,
    "streams.update": { ...stream, fault: "port taken" },
  });
  assert.equal(
    JSON.stringify(edited.calls.at(-1)),
    '["streams.update",{"id":"s1","version":4,"stream":{"timeouts":{"idle_ms":9000}}}]',
  );
  assert.match(edited.out, /not open: port taken/);
  assert.equal((await run(["stream", "add", "x"])).code, 64);
  const row = {
    at: 0,
    stream_name: "stream-5432",
    stream_id: "s1",
    client: "192.0.2.7",
    duration_ms: 12.4,
    upload_bytes: 1_200,
    download_bytes: 3,
    why: "closed by the client",
    detail: "",
  };
  const log = await run(["stream", "log", "s1"], { "streams.connections": [row] });
  assert.match(log.out, /stream-5432 {2}192\.0\.2\.7 {2}12 ms {3}1\.2 kB \/ 3 B {2}closed by the client/);
  const taken = {
    free: false,
    fault: { field: "listen", message: "it is in use", remedy: "choose another" },
  };
  const checked = await run(["stream", "check-port", "5432"], { "streams.validate_port": taken });
  assert.deepEqual([checked.code, checked.out], [1, "it is in use (choose another)"]);
});

Deno.test("host test --tls shows the chain and exits 1 where it does not verify", async () => {
  const leaf = { subject: "CN=app", issuer: "CN=Internal CA", names: ["app.internal"], not_after: 0 };
  const tried = {
    reachable: true,
    verified: false,
    text: "nobody who is believed has signed it",
    chain: [leaf],
  };
  const answers = { "hosts.get": { id: "h1" }, "hosts.test_tls": tried };
  const { code, out, calls } = await run(["host", "test", "shop.test", "--tls"], answers);
  assert.equal(code, 1);
  assert.deepEqual(calls.at(-1), ["hosts.test_tls", { id: "h1" }]);
  assert.match(out, /not verified: nobody who is believed.*\n.*SUBJECT.*\n.*CN=app.*CN=Internal CA/);
});
