import assert from "node:assert/strict";
import { join } from "node:path";
import { request } from "node:http";
import { type AegisProcess, sourceCommand, startAegis } from "../support/aegis_process.ts";
import { until } from "../support/until.ts";

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function aegis(dataDir: string, args: readonly string[], input = ""): Promise<Ended> {
  const [program, ...before] = await sourceCommand();
  const child = new Deno.Command(program!, {
    args: [...before, ...args, "--data-dir", dataDir],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await new Blob([input]).stream().pipeTo(child.stdin);
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

const RULE = `family: custom
rules:
  - id: custom-1
    name: The word forbidden
    why: For a test.
    severity: high
    match: { regex: 'forbidden' }
    tests:
      match: [{ args: { q: "forbidden" } }]
      pass: [{ args: { q: "allowed" } }]
`;

/** A day of an operator, in commands: what is typed, the exit code, and what must be read. */
const DAY: [string[], number, RegExp, string?][] = [
  [["setup", "--name", "ann"], 0, /made the first user: ann \(owner\)/, "seven lanterns over quiet water\n"],
  [["user", "add", "bob", "--role", "operator"], 0, /added bob/, "nine herons under grey bridges\n"],
  [["user", "add", "eve"], 64, /at least 12/, "short\n"],
  [["user", "role", "bob", "viewer"], 0, /viewer is now bob/],
  [["user", "delete", "ann"], 1, /owner/],
  [["user", "list"], 0, /ann +owner +yes/],
  [["host", "add", "shop.test", "--to", "http://127.0.0.1:9"], 0, /added shop\.test .*WAF mode detect/],
  [["host", "add", "shop.test", "--to", "http://127.0.0.1:9"], 1, /belongs to/],
  [["host", "edit", "shop.test", "--mode", "enforce", "--set", "hsts.enabled=true"], 0, /changed shop\.test/],
  [["host", "edit", "shop.test", "--set", "hsts.enabeld=true"], 64, /did you mean "enabled"/],
  [["host", "show", "shop.test"], 0, /mode: enforce/],
  [["host", "test", "shop.test"], 1, /not reachable/],
  [["host", "maintenance", "shop.test", "--for", "2h"], 0, /shop\.test: maintenance until/],
  [["shield", "status"], 0, /shop\.test +as usual/],
  [["shield", "parts", "--off", "stats"], 0, /stats: +off/],
  [["proxy", "add", "10.0.0.9", "--header", "X-Real-IP"], 0, /10\.0\.0\.9 +trusted +x-real-ip +settings/],
  [["proxy", "add", "0.0.0.0/0"], 64, /everybody/],
  [["bot", "know", "Our-Probe", "allowed"], 0, /our-probe +allowed/],
  [["bot", "explain", "--header", "User-Agent: our-probe/1"], 0, /^0 points.*\nknown as allowed/],
  [["host", "disable", "shop.test"], 0, /disabled shop\.test/],
  [["host", "list"], 0, /shop\.test +disabled +enforce/],
  [["rule", "test", "/?id=1 union select name,pass from users"], 1, /^blocked: .*\n[^]*sqli-/],
  [["rule", "test", "/?id=7"], 0, /^allowed: /],
  [["rule", "lint", "-"], 0, /1 rule, no fault/, RULE],
  [["rule", "lint", "-"], 1, /./, RULE.replace("severity: high", "severity: awful")],
  [["rule", "import", "-"], 0, /imported 1 rule/, RULE],
  [["rule", "test", "/?q=forbidden"], 1, /The word forbidden/],
  [["rule", "export"], 0, /forbidden/],
  [["rule", "disable", "sqli-120"], 0, /disabled sqli-120/],
  [["rule", "list", "--state", "changed"], 0, /sqli-120 +off/],
  [["ban", "add", "192.0.2.7", "--for", "1h", "--reason", "guessing"], 0, /banned 192\.0\.2\.7 until/],
  [["ban", "add", "127.0.0.1"], 64, /loopback/],
  [["ban", "list"], 0, /192\.0\.2\.7 .*guessing/],
  [["ban", "list", "--csv"], 0, /^network,where,.*192\.0\.2\.7,everywhere,guessing/s],
  [["ban", "remove", "192.0.2.7"], 0, /lifted the ban/],
  [["list", "show"], 0, /spamhaus-drop +Spamhaus DROP +(?:waiting|failed|fresh).*tor-exits +Tor exits +off/s],
  [["list", "add", "Own", "http://169.254.169.254/list"], 64, /169\.254\.169\.254/],
  [["list", "disable", "Spamhaus DROP"], 0, /Spamhaus DROP is off/],
  [["list", "remove", "nobody's"], 1, /no list nobody's/],
  [["host", "remove", "shop.test"], 0, /removed shop\.test/],
  [["host", "list", "--json"], 0, /^\[\]\n$/],
];

async function liveADay(dataDir: string): Promise<void> {
  for (const [args, code, expected, input] of DAY) {
    const ran = await aegis(dataDir, args, input);
    assert.equal(ran.code, code, `aegis ${args.join(" ")}: ${ran.out}${ran.err}`);
    assert.match(ran.out + ran.err, expected, `aegis ${args.join(" ")}`);
  }
}

Deno.test("every command works on the database while no instance runs", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  await liveADay(dataDir);
  assert.equal((await Deno.stat(join(dataDir, "aegis.db"))).mode! & 0o077, 0);
  await Deno.remove(dataDir, { recursive: true });
});

function get(aegis: AegisProcess, host: string, path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const options = { host: "127.0.0.1", port: aegis.httpPort, path, headers: { host }, agent: false };
  const sent = request(options, (answer) => {
    answer.resume();
    answer.on("end", () => resolve(answer.statusCode ?? 0));
  });
  sent.on("error", reject);
  sent.end();
  return promise;
}

/** Threads of the program's own in a process, by the names that Deno gives them. */
async function threadsOf(pid: number): Promise<number> {
  let count = 0;
  for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
    if (/^worker-\d+$/m.test(await Deno.readTextFile(`/proc/${pid}/task/${name}/comm`))) count++;
  }
  return count;
}

Deno.test("every command works through the running instance, and the log can be read from the shell", async () => {
  const running = await startAegis();
  try {
    const { threads } = await running.perform("system.status", {});
    assert.equal(
      await threadsOf(running.pid),
      threads.length,
      "the one that read its command line has ended",
    );
    await liveADay(running.dataDir);
    const status = await aegis(running.dataDir, ["status", "--json"]);
    assert.equal(JSON.parse(status.out).running, true);
    assert.match((await aegis(running.dataDir, ["reload"])).out, /^reloaded: snapshot \d+ is in force/);

    assert.equal(await get(running, "nobody.test", "/from-the-shell"), 421);
    const row = await until("the request stands in the log", async () => {
      const { out } = await aegis(running.dataDir, ["log", "query", "--reason", "host_unknown", "--json"]);
      return JSON.parse(out)[0];
    });
    assert.match(row.target, /from-the-shell/);
    const csv = (await aegis(running.dataDir, ["log", "export", "--reason", "host_unknown"])).out.trim()
      .split("\n");
    assert.equal(csv.length, 2);
    assert.match(csv[1]!, /,nobody\.test,127\.0\.0\.1,GET,\/from-the-shell,421,blocked,host_unknown,/);

    const second = await aegis(running.dataDir, ["run", "--listen", "127.0.0.1:0"]);
    assert.equal(second.code, 3);
    assert.match(second.err, /an instance runs already/);
  } finally {
    assert.equal(await running.stop(), 0);
  }
});

Deno.test("without a file a reload reads flags and environment again", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const [program, ...before] = await sourceCommand();
  const listen = ["--listen", "--https-listen", "--admin-listen"].flatMap((flag) => [flag, "127.0.0.1:0"]);
  const child = new Deno.Command(program!, {
    args: [...before, "run", ...listen, "--data-dir", dataDir],
    cwd: dataDir,
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await until("it runs", async () => (await aegis(dataDir, ["status"])).code === 0, 60_000);
    const reloaded = await aegis(dataDir, ["reload"]);
    assert.equal(reloaded.code, 0, reloaded.err);
  } finally {
    child.kill("SIGTERM");
    assert.equal((await child.status).code, 0);
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("a file that becomes faulty is refused at reload, and what it said before stays in force", async () => {
  const host = (name: string) => `hosts: [{ domains: [${name}], targets: [{ url: "http://127.0.0.1:9" }] }]`;
  const running = await startAegis({ config: host("first.test") });
  const file = join(running.dataDir, "aegis.yml");
  try {
    const text = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, text.replace("first.test", "second.test"));
    assert.equal((await aegis(running.dataDir, ["reload", "-c", file])).code, 0);
    assert.deepEqual((await running.perform("hosts.list", {})).map((each) => each.domains), [[
      "second.test",
    ]]);
    await Deno.writeTextFile(file, text.replace("hosts:", "hsots:"));
    const refused = await aegis(running.dataDir, ["check", file]);
    assert.equal(refused.code, 2);
    assert.match(refused.err, /unknown key "hsots" \(did you mean "hosts"\?\)/);
    await assert.rejects(running.perform("system.reload", {}), { code: "config_refused" });
    assert.deepEqual((await running.perform("hosts.list", {})).map((each) => each.domains), [[
      "second.test",
    ]]);
    assert.equal(await get(running, "second.test", "/"), 502);
  } finally {
    assert.equal(await running.stop(), 0);
  }
});
