import assert from "node:assert/strict";
import { fileHost } from "../../config/file_hosts.ts";
import { HostInput } from "../../config/host_schema.ts";
import { makeControl, person, refusalOf } from "../../../tests/support/make_control.ts";
import { CONTRACT } from "../operation.ts";

const SHOP = { domains: ["shop.example"], targets: [{ url: "http://127.0.0.1:3000" }] };

Deno.test("a host that is made is served, listed, found by domain, and gone when it is deleted", async () => {
  const made = await makeControl();
  try {
    const host = await made.do("hosts.create", {
      host: { domains: ["Shop.Example", "*.shop.example"], targets: SHOP.targets },
    });
    assert.deepEqual(host.domains, ["shop.example", "*.shop.example"]);
    assert.equal(host.waf.mode, "detect");
    assert.equal(host.state, "serving");
    assert.deepEqual(CONTRACT["hosts.create"].output.parse(host), host);
    assert.equal((await made.do("hosts.get", { id: "shop.example" })).id, host.id);
    assert.equal((await made.do("hosts.list", { q: "SHOP" })).length, 1);
    assert.equal((await made.do("hosts.list", { q: "blog" })).length, 0);
    const snapshot = made.sent.at(-1)!;
    assert.equal(snapshot.hosts[0]?.id, host.id);
    assert.deepEqual(snapshot.certificates.map((pair) => pair.names), [["shop.example", "*.shop.example"]]);
    assert.equal(snapshot.targetSlots[host.targets[0]!.id], 0);
    await made.do("hosts.delete", { id: host.id });
    assert.deepEqual(made.sent.at(-1)!.hosts, []);
    assert.equal((await refusalOf(made.do("hosts.get", { id: host.id }))).code, "not_found");
  } finally {
    await made.close();
  }
});

Deno.test("a patch changes what it names, keeps ids of targets that stay, and counts the version", async () => {
  const made = await makeControl();
  try {
    const host = await made.do("hosts.create", {
      host: { ...SHOP, targets: [{ url: "http://127.0.0.1:3000" }, { url: "http://127.0.0.1:3001" }] },
    });
    const after = await made.do("hosts.update", {
      id: host.id,
      version: 1,
      host: {
        waf: { mode: "enforce" },
        targets: [{ url: "http://127.0.0.1:3001" }, { url: "http://127.0.0.1:3002" }],
      },
    });
    assert.equal(after.version, 2);
    assert.equal(after.waf.mode, "enforce");
    assert.equal(after.waf.paranoia, null);
    assert.equal(after.targets[0]!.id, host.targets[1]!.id);
    assert.notEqual(after.targets[1]!.id, host.targets[0]!.id);
    const stale = await refusalOf(made.do("hosts.update", { id: host.id, version: 1, host: { notes: "x" } }));
    assert.equal(stale.code, "precondition_failed");
    assert.match(stale.message, / was changed meanwhile by \S/);
  } finally {
    await made.close();
  }
});

Deno.test("a domain that another host has is refused by name, whichever list it stands in", async () => {
  const declared = fileHost(HostInput.parse({ domains: ["file.example"], targets: SHOP.targets }), 0);
  const made = await makeControl({ config: { hosts: [declared] } });
  try {
    await made.do("hosts.create", { host: SHOP });
    const twice = await refusalOf(
      made.do("hosts.create", { host: { ...SHOP, domains: ["new.example", "shop.example"] } }),
    );
    assert.equal(twice.code, "conflict");
    assert.equal(twice.fields[0]?.field, "host.domains.1");
    assert.match(twice.message, /shop\.example/);
    const ofFile = await refusalOf(made.do("hosts.create", { host: { ...SHOP, domains: ["file.example"] } }));
    assert.match(ofFile.message, /configuration file/);
    const readOnly = await refusalOf(made.do("hosts.update", { id: declared.id, host: { notes: "x" } }));
    assert.equal(readOnly.code, "read_only");
  } finally {
    await made.close();
  }
});

Deno.test("a switch for a rule that is not there is refused, one whose rule is gone since stays", async () => {
  const made = await makeControl();
  try {
    const { id } = await made.do("hosts.create", { host: { ...SHOP, waf: { rules: { xss: "detect" } } } });
    const patch = (rules: Record<string, "off" | "detect">) =>
      made.do("hosts.update", { id, host: { waf: { rules } } });
    const error = await refusalOf(patch({ xss: "detect", "sqli-12O": "off" }));
    assert.equal(error.code, "invalid_input");
    assert.deepEqual(error.fields.map(({ field, message }) => [field, message]), [
      ["host.waf.rules.sqli-12O", 'there is no rule or family "sqli-12O"'],
    ]);
    assert.match(error.fields[0]!.remedy!, /did you mean "sqli-1/);
    const stored = made.store.hosts.get(id)!;
    made.store.hosts.update({
      ...stored,
      version: stored.version + 1,
      waf: { ...stored.waf, rules: { gone: "off" } },
    });
    assert.deepEqual((await patch({ gone: "off", xss: "off" })).waf.rules, { gone: "off", xss: "off" });
  } finally {
    await made.close();
  }
});

Deno.test("targets on metadata addresses are refused always, private ones when the switch is off, by name too", async () => {
  const lookup = (name: string, done: (error: Error | null, addresses: readonly string[]) => void) =>
    queueMicrotask(() => done(null, name === "rebind.example" ? ["169.254.169.254"] : ["192.0.2.7"]));
  const made = await makeControl({ parts: { lookup } });
  try {
    const create = (url: string) =>
      made.do("hosts.create", { host: { domains: ["t.example"], targets: [{ url }] } });
    for (
      const url of [
        "http://169.254.169.254",
        "http://[fd00:ec2::254]:80",
        "http://rebind.example",
        "ftp://x",
        "http://u:p@x",
      ]
    ) {
      const failed = await refusalOf(create(url));
      assert.equal(failed.code, "invalid_input", url);
      assert.equal(failed.fields[0]?.field, "host.targets.0.url", url);
    }
    await made.do("settings.update", { patch: { upstreams: { allow_private: false } } });
    assert.match((await refusalOf(create("http://10.0.0.8:3000"))).message, /allow_private/);
    assert.equal((await create("http://public.example")).domains[0], "t.example");
  } finally {
    await made.close();
  }
});

Deno.test("fields that were left out come from the preset", async () => {
  const made = await makeControl({
    config: {
      defaults: {
        toggles: { waf: true, geoip: true, challenge: true, anomaly: true, stats: true },
        waf: { paranoia_level: 2 },
        server: { max_header_bytes: 8_192 },
        bots: { action: "block" },
        challenge: { mode: "managed" },
        l4_conn_limit: 20,
        l7_rate_limit: 10,
        l7_burst_limit: 20,
        host: { max_body_bytes: 10_485_760, security_headers: "aggressive", waf_mode: "off" },
      },
    },
  });
  try {
    const host = await made.do("hosts.create", { host: { ...SHOP, waf: { paranoia: 3 } } });
    assert.deepEqual([host.max_body_bytes, host.security_headers, host.waf.mode], [
      10_485_760,
      "aggressive",
      "off",
    ]);
    assert.equal(made.sent.at(-1)!.settings.server.max_header_bytes, 8_192);
  } finally {
    await made.close();
  }
});

Deno.test("a target is tested with a real connection", async () => {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response("no", { status: 404 }),
  );
  const made = await makeControl();
  try {
    const url = `http://127.0.0.1:${server.addr.port}`;
    const up = await made.do("hosts.test", { url });
    assert.deepEqual([up.reachable, up.status], [true, 404]);
    await server.shutdown();
    const down = await made.do("hosts.test", { url });
    assert.deepEqual([down.reachable, down.status, down.latency_ms], [false, null, null]);
    assert.notEqual(down.text, "");
    assert.equal(
      (await refusalOf(made.do("hosts.test", { url: "http://169.254.169.254" }))).code,
      "invalid_input",
    );
  } finally {
    await made.close();
    await server.shutdown();
  }
});

Deno.test("hosts, settings, switches and users outlive a restart", async () => {
  const first = await makeControl();
  const { data_dir: dataDir } = first.config;
  await first.do("hosts.create", { host: SHOP });
  await first.do("settings.update", { patch: { waf: { threshold: 9 } } });
  await first.do("users.create", { name: "mira", password: "wandering lilac turbine", role: "owner" });
  const hashKey = first.control.hashKey();
  const fingerprint = first.control.localCa.fingerprint;
  await first.close("keep");
  const second = await makeControl({ dataDir });
  try {
    assert.equal((await second.do("hosts.get", { id: "shop.example" })).domains[0], "shop.example");
    assert.equal((await second.do("settings.get", {})).waf.threshold, 9);
    const actor = { ...person("viewer"), kind: "nobody" as const };
    const signedIn = await second.do(
      "auth.login",
      { name: "MIRA", password: "wandering lilac turbine" },
      actor,
    );
    assert.equal(signedIn.user.role, "owner");
    assert.equal(second.control.hashKey(), hashKey);
    assert.equal(second.control.localCa.fingerprint, fingerprint);
  } finally {
    await second.close();
  }
});
