import assert from "node:assert/strict";
import type { AegisError } from "../../core/errors.ts";
import { makeControl, person } from "../../../tests/support/make_control.ts";
import { Database } from "../../store/database.ts";
import { writeStreamRecords } from "../../store/stream_log.ts";
import { NO_COUNTERS } from "../../gateway/shared_streams.ts";

const PLACE = { listen: "5432", upstream: "10.0.0.7:5432" };

async function refusal(attempt: Promise<unknown>): Promise<AegisError> {
  return await attempt.then(() => assert.fail("was taken"), (thrown) => thrown);
}

Deno.test("a stream is made with its defaults, changed by field, and every change is audited and published", async () => {
  const made = await makeControl();
  try {
    const stream = await made.do("streams.create", { stream: { name: "db", ...PLACE } });
    assert.deepEqual(
      [stream.listen, stream.protocol, stream.tls, stream.timeouts.idle_ms, stream.log, stream.state],
      ["[::]:5432", "tcp", "pass", 300_000, true, "serving"],
    );
    const changed = await made.do("streams.update", {
      id: "db",
      stream: { timeouts: { idle_ms: 1_000 }, max_connections: 5 },
      version: 1,
    });
    assert.deepEqual([changed.timeouts, changed.max_connections, changed.version], [
      { connect_ms: 5_000, idle_ms: 1_000 },
      5,
      2,
    ]);
    assert.equal(
      (await refusal(made.do("streams.update", { id: "db", stream: {}, version: 1 }))).code,
      "precondition_failed",
    );
    assert.equal((await made.do("streams.set_enabled", { id: "db", enabled: false })).state, "disabled");
    assert.deepEqual(made.sent.map(({ streams }) => streams.map(({ version }) => version)), [[1], [2], [3]]);
    assert.ok(made.sent[0]!.targetSlots[stream.id] !== undefined, "its upstream has a cell of its own");
    await made.do("streams.delete", { id: "db" });
    assert.deepEqual(await made.do("streams.list", {}), []);
    const { rows } = await made.do("audit.list", { limit: 10 });
    assert.deepEqual(rows.map(({ action, subject }) => `${action} ${subject}`), [
      "streams.delete db",
      "streams.set_enabled db",
      "streams.update db",
      "streams.create db",
    ]);
  } finally {
    await made.close();
  }
});

Deno.test("a port of another listener, of another stream, or of another program is refused at its field", async () => {
  let inUse: string | null = null;
  const made = await makeControl({ parts: { tryPort: () => Promise.resolve(inUse) } });
  const create = (name: string, more: object) =>
    made.do("streams.create", { stream: { name, ...PLACE, ...more } });
  try {
    await create("db", {});
    const own = await refusal(create("two", {}));
    assert.deepEqual([own.code, own.fields[0]!.field], ["conflict", "stream.listen"]);
    assert.match(
      (await refusal(create("two", { listen: "127.0.0.1:9443" }))).message,
      /address of admin_listen/,
    );
    assert.match((await refusal(create("two", { listen: ":9443" }))).message, /address of admin_listen/);
    // UDP of the same number is another port.
    await create("udp", { protocol: "udp", listen: "9443" });
    inUse = "EACCES";
    const foreign = await refusal(create("low", { listen: "25" }));
    assert.match(
      `${foreign.fields[0]!.message} ${foreign.fields[0]!.remedy}`,
      /needs a privilege.*over 1023/,
    );
    // What is open already is not asked of the system again.
    await made.do("streams.update", { id: "db", stream: { notes: "kept" } });
    inUse = null;
    assert.deepEqual(await made.do("streams.validate_port", { listen: "127.0.0.1:7000" }), {
      free: true,
      fault: null,
    });
    const checked = await made.do("streams.validate_port", { listen: "5432" });
    assert.equal(checked.fault?.message, "[::]:5432 belongs to the stream db");
    assert.equal((await made.do("streams.validate_port", { listen: "5432", id: "db" })).free, true);
  } finally {
    await made.close();
  }
});

Deno.test("a stream beside the hosts takes no name of theirs, by a wildcard neither", async () => {
  const made = await makeControl();
  try {
    const host = { domains: ["app.example.com"], targets: [{ url: "http://127.0.0.1:3000" }] };
    await made.do("hosts.create", { host });
    const fault = async (server_names: string[], alpn: string[] = []) =>
      (await made.do("streams.validate_port", { listen: "https", server_names, alpn })).fault?.message ?? "";
    assert.match(await fault(["app.example.com"]), /is a domain of a host/);
    assert.match(await fault(["*.example.com"]), /covers app\.example\.com of a host/);
    assert.match(await fault(["*.example.com"], ["h2"]), /covers app\.example\.com of a host/);
    for (const free of ["mail.example.com", "*.app.example.com", "*.com", "*.other.test"]) {
      assert.equal(await fault([free]), "", free);
    }
    assert.equal(await fault(["*.example.com"], ["imap"]), "");
  } finally {
    await made.close();
  }
});

Deno.test("fields that do not go together, and upstreams that may not be, are refused", async () => {
  const made = await makeControl();
  const fieldOf = async (more: object) =>
    (await refusal(made.do("streams.create", { stream: { name: "x", ...PLACE, ...more } }))).fields[0]!.field;
  try {
    await made.do("hosts.create", {
      host: { domains: ["a.test"], targets: [{ url: "http://127.0.0.1:1" }] },
    });
    assert.equal(await fieldOf({ protocol: "udp", tls: "terminate" }), "stream.tls");
    assert.equal(await fieldOf({ listen: "https" }), "stream.server_names");
    assert.equal(await fieldOf({ listen: "https", server_names: ["a.test"] }), "stream.server_names");
    assert.equal(await fieldOf({ tls: "terminate", certificate: "gone" }), "stream.certificate");
    assert.equal(await fieldOf({ upstream: "169.254.169.254:80" }), "stream.upstream");
    assert.equal(await fieldOf({ upstream: "unknown.test:80" }), "stream.upstream");
    await made.do("settings.update", { patch: { upstreams: { allow_private: false } } });
    assert.equal(await fieldOf({}), "stream.upstream");
    // By its protocol a stream may stand beside the host of that name.
    await made.do("settings.update", { patch: { upstreams: { allow_private: true } } });
    await made.do("streams.create", {
      stream: { name: "ssh", ...PLACE, listen: "https", server_names: ["a.test"], alpn: ["ssh"] },
    });
  } finally {
    await made.close();
  }
});

Deno.test("streams of the file are read-only; who may not see addresses sees them masked", async () => {
  const made = await makeControl({
    parts: { streams: { counters: () => ({ ...NO_COUNTERS, active: 3 }), faults: () => ({}) } },
  });
  try {
    const stream = await made.do("streams.create", { stream: { name: "db", ...PLACE } });
    const db = new Database({ path: made.config.database_path, synchronous: "NORMAL" });
    writeStreamRecords(db, [{
      id: "c1",
      at: 1,
      streamId: stream.id,
      transport: "tcp",
      client: "192.0.2.77",
      serverName: "",
      durationMs: 3,
      uploadBytes: 4,
      downloadBytes: 5,
      end: "idle",
      detail: "",
    }]);
    db.close();
    const [row] = await made.do("streams.connections", { id: "db" });
    assert.deepEqual([row!.client, row!.stream_name, row!.why], [
      "192.0.2.77",
      "db",
      "no byte for the idle time-out",
    ]);
    const [seen] = await made.do("streams.connections", {}, person("viewer"));
    assert.notEqual(seen!.client, "192.0.2.77");
    assert.deepEqual((await made.do("streams.stats", {})).map(({ name, active }) => [name, active]), [[
      "db",
      3,
    ]]);
    made.control.useConfig({
      ...made.config,
      streams: [{ ...stream, id: "file-1", name: "of-file", listen: "[::]:5433", origin: "file" } as never],
    });
    const refused = await refusal(made.do("streams.update", { id: "of-file", stream: { notes: "" } }));
    assert.equal(refused.code, "read_only");
    assert.equal(
      (await refusal(made.do("streams.delete", { id: "db" }, person("viewer")))).code,
      "forbidden",
    );
  } finally {
    await made.close();
  }
});
