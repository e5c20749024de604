import assert from "node:assert/strict";
import { AegisError, type FieldError } from "../core/errors.ts";
import { loadConfig } from "./load.ts";
import { readAgain } from "./reload.ts";

const BEFORE = 'workers: 2\nhosts: [{ domains: [a.example], targets: [{ url: "http://h" }] }]\n';

function first() {
  return loadConfig({
    flags: { logLevel: "debug" },
    env: { HOME: "/h", AEGIS_ADMIN_LISTEN: "127.0.0.1:1" },
    cwd: "/work",
    isRoot: false,
    cores: 2,
    now: 1,
    readFile: (path) => path === "/work/aegis.yml" ? BEFORE : null,
  });
}

Deno.test("a reload reads the same flags, environment and file, and names what waits for a restart", () => {
  const text = BEFORE.replace("workers: 2", "workers: 3").replace("a.example", "b.example");
  const { config, needsRestart } = readAgain(first(), (path) => path === "/work/aegis.yml" ? text : null, 2);
  assert.deepEqual(config.hosts[0]?.domains, ["b.example"]);
  assert.equal(config.log.level, "debug");
  assert.equal(config.admin_listen[0]?.port, 1);
  assert.deepEqual(needsRestart, ["workers"]);
});

Deno.test("a file that is gone or wrong is refused at reload", () => {
  for (const text of [null, "wrokers: 2"]) {
    assert.throws(
      () => readAgain(first(), () => text, 2),
      (thrown) => thrown instanceof AegisError && thrown.code === "config_refused",
    );
  }
});

Deno.test("where no file was read at the start, none is looked for at a reload", () => {
  const sources = { flags: {}, env: { HOME: "/h" }, cwd: "/work", isRoot: true, cores: 2, now: 1 };
  const started = loadConfig({ ...sources, readFile: () => null });
  const { config, needsRestart } = readAgain(started, () => assert.fail("it looked for a file"), 2);
  assert.equal(config.config_path, null);
  assert.deepEqual(needsRestart, []);
});

Deno.test("an address that is asked for as before keeps the port that stands in for it", () => {
  const read = () => BEFORE;
  const started = first();
  const standIn = {
    hostname: "::",
    port: 8080,
    fallback_port: null,
    settled_from: { hostname: "::", port: 80 },
  };
  const settled = { ...started, proxy_listen: [standIn] };
  const same = readAgain(settled, read, 2).config;
  assert.deepEqual(same.proxy_listen, [standIn]);
  assert.deepEqual(readAgain({ ...settled, proxy_listen: same.proxy_listen }, read, 3).needsRestart, []);
  const spoken = `proxy_listen: { address: ":80", h2c: on }\n`;
  const h2c = readAgain(settled, () => BEFORE + spoken, 2).config;
  assert.deepEqual(
    h2c.proxy_listen,
    [{ ...standIn, h2c: true }],
    "the place is kept, not what is spoken there",
  );
  const moved = readAgain(settled, () => `${BEFORE}proxy_listen: 127.0.0.1:8888\n`, 2).config;
  assert.deepEqual(moved.proxy_listen.map(({ hostname, port }) => [hostname, port]), [["127.0.0.1", 8888]]);
});

Deno.test("a host that the file declares as before stays the same object, a changed one counts its versions", () => {
  const two = (notes: string) =>
    `hosts:
  - { domains: [a.example], targets: [{ url: "http://h" }] }
  - { domains: [b.example], notes: "${notes}", targets: [{ url: "http://h" }] }
`;
  const before = readAgain(first(), () => two("one"), 2).config;
  const after = readAgain(first(), () => two("two"), 3, before.hosts).config;
  assert.equal(after.hosts[0], before.hosts[0]);
  assert.deepEqual(after.hosts[1], { ...before.hosts[1], notes: "two", updated_at: 3, version: 2 });
});

Deno.test("a document that the running thread may not read is refused with its line and both ways out", () => {
  const text = `data_dir: /data
hosts:
  - domains: [a.test]
    targets: [{ url: "http://127.0.0.1:3000" }]
`;
  const config = loadConfig({
    flags: { config: "/etc/aegis.yml" },
    env: {},
    readFile: () => text,
    cwd: "/",
    now: 1,
    isRoot: false,
    cores: 1,
  });
  const readFile = (path: string) => {
    if (path === "/etc/aegis.yml") return `${text}    schemas: [{ file: api.yaml }]\n`;
    throw new Deno.errors.NotCapable();
  };
  assert.throws(
    () => readAgain(config, readFile, 2),
    (thrown: AegisError) => {
      const [{ line, field, remedy } = {}] = thrown.fields as readonly Partial<FieldError>[];
      assert.deepEqual([line, field], [5, "hosts.0.schemas.0.file"]);
      assert.match(remedy!, /^restart Aegis, or lay it below \/data,/);
      return true;
    },
  );
});
